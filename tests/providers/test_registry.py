import subprocess
import sys
import threading
from pathlib import Path

import pytest

from assets.domain.errors import Refused
from assets.providers import registry
from assets.providers.registry import SCRIPT_WRITERS, SPEECH_PROVIDERS, script_writer, speech_provider

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", SPEECH_PROVIDERS)
def test_a_speech_provider_has_the_name_it_is_asked_for_by(name):
    provider = speech_provider(name)
    assert provider.name == name
    assert provider.adapter_version
    assert provider.parallel >= 1


@pytest.mark.parametrize("name", SCRIPT_WRITERS)
def test_a_script_writer_has_the_name_it_is_asked_for_by(name):
    writer = script_writer(name)
    assert writer.name == name
    assert writer.prompt_version


def test_a_process_has_one_provider_of_each_name(monkeypatch):
    monkeypatch.setattr(registry, "_MADE", {})
    found = []
    threads = [threading.Thread(target=lambda: found.append(speech_provider("piper"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({id(provider) for provider in found}) == 1


@pytest.mark.parametrize("ask", [speech_provider, script_writer])
def test_an_unknown_name_is_refused_with_the_names_there_are(ask):
    with pytest.raises(Refused) as caught:
        ask("zzz")
    assert "'zzz'" in caught.value.message
    assert any(name in caught.value.remedy for name in ("piper", "embedded"))


def test_a_misspelt_name_is_answered_with_the_nearest():
    with pytest.raises(Refused, match="Did you mean 'piper'"):
        speech_provider("pipper")


def test_a_provider_and_its_version_are_known_without_loading_an_engine():
    program = (
        "import sys\n"
        "from assets.domain.keys import Locale, VoiceKey\n"
        "from assets.domain.voices import Voice\n"
        "from assets.providers.registry import SPEECH_PROVIDERS, speech_provider\n"
        "print([speech_provider(name).adapter_version for name in SPEECH_PROVIDERS])\n"
        "voice = Voice(VoiceKey('joe'), 'Joe', 'piper', 'en_US-joe-medium', 'joe', ('en',))\n"
        "assert speech_provider('piper').refusal(voice, Locale('en')) is None\n"
        "heavy = {'numpy', 'onnxruntime', 'piper', 'espeakng_loader', 'faster_whisper',\n"
        "         'openai', 'elevenlabs', 'httpx'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    pytest.importorskip("piper")
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True)
