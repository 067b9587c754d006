"""The few words that the studio adds itself, in the language of the content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assets.domain.keys import Locale


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's words. The sentences have named holes for `str.format`."""

    image: str
    table: str
    table_named: str
    code: str
    code_named: str
    columns: tuple[str, str]
    """The word for one column, and for several; likewise below."""
    rows: tuple[str, str]
    lines: tuple[str, str]
    and_: str
    less: str
    greater: str
    dot: str
    transposed: str
    figure: str
    section: str
    equation: str
    table_word: str
    yes: str = "yes"
    no: str = "no"
    table_read: str = ""
    """Before the rows of a table that is read; without it none is read in this language. Likewise below."""
    defines: str = ""
    comment: str = ""
    quote: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    """How an admonition is announced, by its kind."""


_ENGLISH = Phrases(
    image="Image: {alt}",
    table="A table with {columns} and {rows} is left out here.",
    table_named="A table with {columns}, {names}, and {rows} is left out here.",
    code="An example, {lines}, is shown here.",
    code_named="A code example in {language}, {lines}, is shown here.",
    columns=("column", "columns"),
    rows=("row", "rows"),
    lines=("line", "lines"),
    and_="and",
    less="less than",
    greater="greater than",
    dot="dot",
    transposed="transpose",
    figure="the figure",
    section="the section",
    equation="the equation",
    table_word="the table",
    table_read="A table with {columns}: {names}.",
    defines="It defines {names}.",
    comment="Its comment says: {comment}.",
    quote="Quote: {text}",
    notes={
        "note": "Note",
        "info": "Note",
        "tip": "Tip",
        "hint": "Tip",
        "success": "Tip",
        "important": "Important",
        "warning": "Warning",
        "warn": "Warning",
        "caution": "Caution",
        "danger": "Danger",
        "error": "Danger",
        "example": "Example",
        "question": "Question",
        "exercise": "Exercise",
    },
)

_BY_LANGUAGE = {
    "en": _ENGLISH,
    "id": Phrases(
        image="Gambar: {alt}",
        table="Tabel dengan {columns} dan {rows} dilewati di sini.",
        table_named="Tabel dengan {columns}, yaitu {names}, dan {rows} dilewati di sini.",
        code="Di sini ada contoh, {lines}.",
        code_named="Di sini ada contoh kode {language}, {lines}.",
        columns=("kolom", "kolom"),
        rows=("baris", "baris"),
        lines=("baris", "baris"),
        and_="dan",
        less="kurang dari",
        greater="lebih dari",
        dot="titik",
        transposed="transpos",
        figure="gambar",
        section="bagian",
        equation="persamaan",
        table_word="tabel",
        yes="ya",
        no="tidak",
        table_read="Tabel dengan {columns}: {names}.",
        defines="Kode ini mendefinisikan {names}.",
        comment="Komentarnya: {comment}.",
        quote="Kutipan: {text}",
        notes={
            "note": "Catatan",
            "info": "Catatan",
            "tip": "Kiat",
            "hint": "Kiat",
            "success": "Kiat",
            "important": "Penting",
            "warning": "Peringatan",
            "warn": "Peringatan",
            "caution": "Awas",
            "danger": "Bahaya",
            "error": "Bahaya",
            "example": "Contoh",
            "question": "Pertanyaan",
            "exercise": "Latihan",
        },
    ),
    "de": Phrases(
        image="Bild: {alt}",
        table="Eine Tabelle mit {columns} und {rows} wird hier ausgelassen.",
        table_named="Eine Tabelle mit {columns}, {names}, und {rows} wird hier ausgelassen.",
        code="Hier steht ein Beispiel, {lines}.",
        code_named="Hier steht ein Codebeispiel in {language}, {lines}.",
        columns=("Spalte", "Spalten"),
        rows=("Zeile", "Zeilen"),
        lines=("Zeile", "Zeilen"),
        and_="und",
        less="kleiner als",
        greater="größer als",
        dot="Punkt",
        transposed="transponiert",
        figure="die Abbildung",
        section="der Abschnitt",
        equation="die Gleichung",
        table_word="die Tabelle",
        yes="ja",
        no="nein",
        table_read="Eine Tabelle mit {columns}: {names}.",
        defines="Es definiert {names}.",
        comment="Der Kommentar sagt: {comment}.",
        quote="Zitat: {text}",
        notes={
            "note": "Hinweis",
            "info": "Hinweis",
            "tip": "Tipp",
            "hint": "Tipp",
            "success": "Tipp",
            "important": "Wichtig",
            "warning": "Warnung",
            "warn": "Warnung",
            "caution": "Vorsicht",
            "danger": "Gefahr",
            "error": "Gefahr",
            "example": "Beispiel",
            "question": "Frage",
            "exercise": "Übung",
        },
    ),
    "es": Phrases(
        image="Imagen: {alt}",
        table="Aquí se omite una tabla de {columns} y {rows}.",
        table_named="Aquí se omite una tabla de {columns}, {names}, y {rows}.",
        code="Aquí se muestra un ejemplo, {lines}.",
        code_named="Aquí se muestra un ejemplo de código en {language}, {lines}.",
        columns=("columna", "columnas"),
        rows=("fila", "filas"),
        lines=("línea", "líneas"),
        and_="y",
        less="menor que",
        greater="mayor que",
        dot="punto",
        transposed="transpuesta",
        figure="la figura",
        section="la sección",
        equation="la ecuación",
        table_word="la tabla",
        yes="sí",
        no="no",
        table_read="Una tabla de {columns}: {names}.",
        defines="Define {names}.",
        comment="Su comentario dice: {comment}.",
        quote="Cita: {text}",
        notes={
            "note": "Nota",
            "info": "Nota",
            "tip": "Consejo",
            "hint": "Consejo",
            "success": "Consejo",
            "important": "Importante",
            "warning": "Advertencia",
            "warn": "Advertencia",
            "caution": "Precaución",
            "danger": "Peligro",
            "error": "Peligro",
            "example": "Ejemplo",
            "question": "Pregunta",
            "exercise": "Ejercicio",
        },
    ),
    "fr": Phrases(
        image="Image : {alt}",
        table="Un tableau de {columns} et {rows} est omis ici.",
        table_named="Un tableau de {columns}, {names}, et {rows} est omis ici.",
        code="Un exemple, {lines}, est affiché ici.",
        code_named="Un exemple de code en {language}, {lines}, est affiché ici.",
        columns=("colonne", "colonnes"),
        rows=("ligne", "lignes"),
        lines=("ligne", "lignes"),
        and_="et",
        less="inférieur à",
        greater="supérieur à",
        dot="point",
        transposed="transposée",
        figure="la figure",
        section="la section",
        equation="l'équation",
        table_word="le tableau",
        yes="oui",
        no="non",
        table_read="Un tableau de {columns} : {names}.",
        defines="Il définit {names}.",
        comment="Son commentaire dit : {comment}.",
        quote="Citation : {text}",
        notes={
            "note": "Remarque",
            "info": "Remarque",
            "tip": "Conseil",
            "hint": "Conseil",
            "success": "Conseil",
            "important": "Important",
            "warning": "Avertissement",
            "warn": "Avertissement",
            "caution": "Attention",
            "danger": "Danger",
            "error": "Danger",
            "example": "Exemple",
            "question": "Question",
            "exercise": "Exercice",
        },
    ),
    "zh": Phrases(
        image="图片：{alt}",
        table="此处略去一个 {columns}、{rows}的表格。",
        table_named="此处略去一个 {columns}、{rows}的表格，各列为{names}。",
        code="此处有一个示例，共 {lines}。",
        code_named="此处有一段 {language} 代码示例，共 {lines}。",
        columns=("列", "列"),
        rows=("行", "行"),
        lines=("行", "行"),
        and_="和",
        less="小于",
        greater="大于",
        dot="点",
        transposed="转置",
        figure="图",
        section="章节",
        equation="公式",
        table_word="表",
    ),
    "ja": Phrases(
        image="画像：{alt}",
        table="ここでは {columns}、{rows}の表を省略します。",
        table_named="ここでは {names}の {columns}、{rows}の表を省略します。",
        code="ここに例があります。全 {lines}です。",
        code_named="ここに {language} のコード例があります。全 {lines}です。",
        columns=("列", "列"),
        rows=("行", "行"),
        lines=("行", "行"),
        and_="と",
        less="小なり",
        greater="大なり",
        dot="ドット",
        transposed="転置",
        figure="図",
        section="節",
        equation="式",
        table_word="表",
    ),
    "tr": Phrases(
        image="Görsel: {alt}",
        table="Burada {columns} ve {rows} içeren bir tablo atlandı.",
        table_named="Burada {columns}, yani {names}, ve {rows} içeren bir tablo atlandı.",
        code="Burada bir örnek var, {lines}.",
        code_named="Burada bir {language} kod örneği var, {lines}.",
        columns=("sütun", "sütun"),
        rows=("satır", "satır"),
        lines=("satır", "satır"),
        and_="ve",
        less="küçüktür",
        greater="büyüktür",
        dot="nokta",
        transposed="devrik",
        figure="şekil",
        section="bölüm",
        equation="denklem",
        table_word="tablo",
    ),
    "uk": Phrases(
        image="Зображення: {alt}",
        table="Тут пропущено таблицю. Стовпців: {columns}, рядків: {rows}.",
        table_named="Тут пропущено таблицю зі стовпцями {names}. Рядків: {rows}.",
        code="Тут наведено приклад. Рядків: {lines}.",
        code_named="Тут наведено приклад коду мовою {language}. Рядків: {lines}.",
        columns=("", ""),
        rows=("", ""),
        lines=("", ""),
        and_="і",
        less="менше",
        greater="більше",
        dot="крапка",
        transposed="транспонована",
        figure="рисунок",
        section="розділ",
        equation="рівняння",
        table_word="таблиця",
    ),
}


def phrases(locale: Locale) -> Phrases:
    """The words for a locale, in English where its language has none yet."""
    return _BY_LANGUAGE.get(locale.language, _ENGLISH)


def counted(number: int, forms: tuple[str, str]) -> str:
    """A number with its noun: `1 row`, `4 rows`."""
    return f"{number} {forms[number != 1]}".strip()


def listed(names: tuple[str, ...], locale: Locale) -> str:
    """Names as a person lists them: `Name, Age and City`."""
    if len(names) < 2:
        return "".join(names)
    if locale.language in {"ja", "zh"}:
        return "、".join(names)
    return f"{', '.join(names[:-1])} {phrases(locale).and_} {names[-1]}"
