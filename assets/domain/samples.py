"""Samples: one sentence for each language, by which voices can be compared before anything is made."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from assets.domain.keys import Locale

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "ar": "مرحبًا. هكذا يبدو صوتي عندما أقرأ لك درسًا.",
        "cs": "Dobrý den. Takto zní můj hlas, když vám předčítám lekci.",
        "da": "Hej. Sådan lyder min stemme, når jeg læser en lektion op for dig.",
        "de": "Guten Tag. So klingt meine Stimme, wenn ich Ihnen eine Lektion vorlese.",
        "el": "Γεια σας. Έτσι ακούγεται η φωνή μου όταν σας διαβάζω ένα μάθημα.",
        "en": "Hello. This is how my voice sounds when I read a lesson to you.",
        "es": "Hola. Así suena mi voz cuando te leo una lección.",
        "fa": "سلام. وقتی درسی را برایتان می‌خوانم، صدای من این‌طور است.",
        "fi": "Hei. Tältä ääneni kuulostaa, kun luen sinulle oppitunnin.",
        "fr": "Bonjour. Voici comment sonne ma voix quand je vous lis une leçon.",
        "he": "שלום. כך נשמע הקול שלי כשאני מקריא לכם שיעור.",
        "hi": "नमस्ते। जब मैं आपको पाठ पढ़कर सुनाऊँ, तो मेरी आवाज़ ऐसी होती है।",
        "hu": "Jó napot! Így szól a hangom, amikor felolvasok egy leckét.",
        "id": "Halo. Seperti inilah suara saya ketika membacakan pelajaran untuk Anda.",
        "it": "Buongiorno. Così suona la mia voce quando vi leggo una lezione.",
        "ja": "こんにちは。レッスンを読むときの私の声はこのように聞こえます。",
        "ko": "안녕하세요. 수업을 읽어 드릴 때 제 목소리는 이렇습니다.",
        "ms": "Helo. Beginilah bunyi suara saya apabila saya membacakan pelajaran kepada anda.",
        "nb": "Hei. Slik høres stemmen min ut når jeg leser en leksjon for deg.",
        "nl": "Hallo. Zo klinkt mijn stem wanneer ik u een les voorlees.",
        "pl": "Dzień dobry. Tak brzmi mój głos, kiedy czytam lekcję.",
        "pt": "Olá. É assim que soa a minha voz quando leio uma lição.",
        "ro": "Bună ziua. Așa sună vocea mea când vă citesc o lecție.",
        "ru": "Здравствуйте. Так звучит мой голос, когда я читаю вам урок.",
        "sv": "Hej. Så här låter min röst när jag läser en lektion för dig.",
        "sw": "Habari. Hivi ndivyo sauti yangu inavyosikika ninapokusomea somo.",
        "tr": "Merhaba. Size bir ders okurken sesim böyle çıkar.",
        "uk": "Добрий день. Так звучить мій голос, коли я читаю вам урок.",
        "vi": "Xin chào. Giọng của tôi nghe như thế này khi tôi đọc bài học cho bạn.",
        "zh": "你好。我给你读课文的时候，声音就是这样的。",
    }
)


def sentence(locale: Locale) -> str:
    """What a voice says as its sample in a locale; empty where nobody has written one yet."""
    return SENTENCES.get(locale.language, "")
