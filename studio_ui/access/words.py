"""The words of log-in, log-out, refusals and of where there is nothing, in the languages of the studio's own pages."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "log_in": "Log in",
        "log_in_text": "Narration Studio is for those who have been let in.",
        "name": "Name",
        "password": "Password",
        "wrong": "That name and password do not belong together.",
        "too_often": "Too many attempts. Wait a minute, then try again.",
        "log_out": "Log out",
        "log_out_text": "You are logged in as",
        "stay": "Back to the studio",
        "not_allowed": "Not for you, it seems",
        "somebody_else": "Log in as somebody else",
        "nowhere": "Nothing here",
        "nowhere_text": "There is no such page in this studio.",
        "pages": "Pages",
    },
    "id": {
        "log_in": "Masuk",
        "log_in_text": "Narration Studio hanya untuk orang yang diberi izin.",
        "name": "Nama",
        "password": "Kata sandi",
        "wrong": "Nama dan kata sandi itu tidak cocok.",
        "too_often": "Terlalu banyak percobaan. Tunggu satu menit, lalu coba lagi.",
        "log_out": "Keluar",
        "log_out_text": "Anda masuk sebagai",
        "stay": "Kembali ke studio",
        "not_allowed": "Halaman ini bukan untuk Anda",
        "somebody_else": "Masuk sebagai orang lain",
        "nowhere": "Tidak ada apa-apa di sini",
        "nowhere_text": "Halaman itu tidak ada di studio ini.",
        "pages": "Halaman",
    },
}
