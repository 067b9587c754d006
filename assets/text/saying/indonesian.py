"""Indonesian."""

from __future__ import annotations

import re

from assets.text.saying.language import Language, Money, Rule
from assets.text.saying.numerals import Numerals

_RUPIAH = Money("rupiah", "rupiah")
_ORDINALS = {1: "pertama"}


class Indonesian(Language):
    """Indonesian."""

    numerals = Numerals("id", ",", ".", "koma", "minus", masculine="spellout-cardinal", feminine="spellout-cardinal")
    to, by, times, plus, plus_or_minus, equals = "sampai", "kali", "kali", "tambah", "lebih kurang", "sama dengan"
    about, less, greater, at_most, at_least = "sekitar", "kurang dari", "lebih dari", "paling banyak", "paling sedikit"
    unequal, divided, at, dot, dash, number = "tidak sama dengan", "dibagi", "at", "titik", "strip", "nomor"
    version, degrees, section, and_, or_, per = "versi", "derajat", "pasal", "dan", "atau", "per"
    money = {
        "Rp": _RUPIAH, "Rp.": _RUPIAH, "IDR": _RUPIAH, "$": Money("dolar", "dolar", "sen", "sen"),
        "US$": Money("dolar Amerika", "dolar Amerika", "sen", "sen"), "USD": Money("dolar Amerika", "dolar Amerika", "sen", "sen"),
        "€": Money("euro", "euro", "sen", "sen"), "EUR": Money("euro", "euro", "sen", "sen"), "£": Money("pound", "pound", "penny", "penny"),
        "¥": Money("yen", "yen"), "S$": Money("dolar Singapura", "dolar Singapura", "sen", "sen"), "RM": Money("ringgit", "ringgit", "sen", "sen"),
        "₹": Money("rupee", "rupee"),
    }  # fmt: skip
    magnitudes = {
        "ribu": "ribu", "rb": "ribu", "juta": "juta", "jt": "juta", "miliar": "miliar", "M": "miliar", "milyar": "miliar", "triliun": "triliun", "T": "triliun",
    }  # fmt: skip
    abbreviations = {
        "dll.": "dan lain-lain", "dll": "dan lain-lain", "dsb.": "dan sebagainya", "dsb": "dan sebagainya", "dst.": "dan seterusnya",
        "dst": "dan seterusnya", "dkk.": "dan kawan-kawan", "dkk": "dan kawan-kawan", "yg": "yang", "yg.": "yang", "dgn": "dengan", "dgn.": "dengan",
        "utk": "untuk", "tsb.": "tersebut", "tsb": "tersebut", "a.n.": "atas nama", "d.a.": "dengan alamat", "u.p.": "untuk perhatian",
        "s.d.": "sampai dengan", "s/d": "sampai dengan", "dr.": "dokter", "prof.": "Profesor", "ir.": "Insinyur", "drs.": "Doktorandus",
        "h.": "Haji", "hj.": "Hajah", "jl.": "Jalan", "jln.": "Jalan", "kab.": "Kabupaten", "kec.": "Kecamatan", "kel.": "Kelurahan", "prov.": "Provinsi",
        "tn.": "Tuan", "ny.": "Nyonya", "sdr.": "Saudara", "bpk.": "Bapak", "pt.": "P T", "tbk.": "terbuka", "alm.": "almarhum", "mis.": "misalnya",
        "a.l.": "antara lain", "ttd.": "tertanda", "tgl.": "tanggal", "vs.": "versus", "vs": "versus", "telp.": "telepon", "maks.": "maksimum",
        "min.": "minimum", "et al.": "dan kawan-kawan", "hlm.": "halaman", "bdk.": "bandingkan", "lih.": "lihat", "sbb.": "sebagai berikut", "sbb": "sebagai berikut",
        "ybs.": "yang bersangkutan", "pd": "pada", "krn": "karena", "spt": "seperti",
    }  # fmt: skip
    before_figures = {
        "no.": "nomor", "hal.": "halaman", "hlm.": "halaman", "gbr.": "gambar", "tab.": "tabel", "vol.": "volume", "bab.": "bab", "psl.": "pasal",
        "ps.": "pasal", "ay.": "ayat", "rt.": "R T", "rw.": "R W", "th.": "tahun", "thn.": "tahun", "kl.": "kira-kira", "±": "sekitar", "k.l.": "kurang lebih",
    }  # fmt: skip
    roman_after = (
        "[Bb]ab", "[Bb]agian", "[Jj]ilid", "[Vv]olume", "[Kk]elas", "[Tt]ipe", "[Ff]ase", "[Tt]ahap", "[Gg]olongan", "[Ss]emester", "[Pp]asal",
        "[Dd]unia", "[Ll]ampiran", "[Tt]ingkat", "[Ss]eri", "[Ss]iklus",
    )  # fmt: skip
    extra_months = {"agt": 8, "agus": 8, "sept": 9, "nop": 11, "des": 12, "peb": 2, "pebruari": 2, "nopember": 11}
    ending = frozenset({"dll.", "dsb.", "dst.", "dkk.", "tsb.", "sbb.", "tbk."})
    either = {"dan/atau": "dan atau", "ya/tidak": "ya atau tidak", "benar/salah": "benar atau salah"}
    raised = "pangkat"
    fold, more_than = "kali", "lebih dari"
    after_a_stroke = (
        "hari",
        "minggu",
        "bulan",
        "tahun",
        "jam",
        "menit",
        "detik",
        "orang",
        "malam",
        "kapita",
        "unit",
        "buah",
    )

    def decade(self, number: int, before: str) -> str | None:
        """Tahun sembilan belas sembilan puluhan is said as `seribu sembilan ratus sembilan puluhan`."""
        return f"{self.numerals.cardinal(number)}an"

    def date(self, day: int, month: int, year: int | None, before: str) -> str:
        """Empat Maret dua ribu dua puluh empat."""
        said = f"{self.numerals.cardinal(day)} {self.month(month)}"
        return said if year is None else f"{said} {self.year(year)}"

    def time(self, hour: int, minute: int, second: int | None, before: str) -> str:
        """Empat belas lewat tiga puluh menit; the full hour alone."""
        cardinal = self.numerals.cardinal
        if second is not None:
            return f"{cardinal(hour)} jam {cardinal(minute)} menit {cardinal(second)} detik"
        return cardinal(hour) if not minute else f"{cardinal(hour)} lewat {cardinal(minute)} menit"

    def fraction(self, above: int, below: int) -> str | None:
        """Setengah, seperempat, tiga perempat, dua pertiga."""
        cardinal = self.numerals.cardinal
        if (above, below) == (1, 2):
            return "setengah"
        part = f"per{cardinal(below)}" if below <= 10 else f"per {cardinal(below)}"
        return f"se{part}" if above == 1 else f"{cardinal(above)} {part}"

    def ratio(self, left: str, right: str) -> str:
        """Tiga banding satu."""
        return f"{left} banding {right}"

    def roman_ordinal(self, before: str, number: int, after: str) -> str | None:
        """Abad kesembilan belas."""
        if before.lower() in {"abad", "ke"}:
            return self.ordinal(number)
        return (
            self.ordinal(number)
            if before.lower() in {"louis", "hamengkubuwono", "pakubuwono", "perang", "konferensi"}
            else None
        )

    def ordinal(self, number: int) -> str:
        """Pertama, kedua, kedua puluh satu."""
        return _ORDINALS.get(number) or f"ke{self.numerals.cardinal(number)}"

    def rules(self) -> list[Rule]:
        """Ordinals, clock times with a full stop, doubled words, times and units that are written as words."""
        numerals = self.numerals

        def ordinal(match: re.Match[str]) -> str:
            return self.ordinal(int(match[1]))

        def clock(match: re.Match[str]) -> str | None:
            hour, minute = int(match[2]), int(match[3])
            if hour > 24 or minute > 59:
                return None
            return f"{match[1]} {self.time(hour, minute, None, '')}"

        def doubled(match: re.Match[str]) -> str:
            return f"{match[1]}-{match[1]}{match[2]}"

        def decade(match: re.Match[str]) -> str:
            return f"{match[1]} {numerals.cardinal(int(match[2]))}an"

        return [
            Rule("doubled word", re.compile(r"(?<!\w)([^\W\d_]{3,})2([^\W\d_]{0,4})(?!\w)"), doubled),
            Rule("decade", re.compile(r"(?<!\w)([Tt]ahun|[Ee]ra|[Dd]ekade) (\d{4}|\d0)-?an(?!\w)"), decade),
            Rule("ordinal", re.compile(r"(?<!\w)(?:ke-|Ke-)(\d{1,4})(?!\w|[.,]\d)"), ordinal),
            Rule("time", re.compile(r"(?<!\w)([Pp]ukul|[Jj]am) (\d{1,2})[.:](\d\d)(?![\w]|[.,:]\d)"), clock),
        ]
