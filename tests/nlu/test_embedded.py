import pytest

from nlu.embedded import ENGINE, Embedded
from nlu.intents import OUT_OF_SCOPE

ENGINE_READS = Embedded.load()


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Can I speak to a human please?", "talk_to_person"),
        ("is this anonymous", "ask_confidential"),
        ("r u a bot??", "ask_bot"),
        ("when do u open", "opening_hours"),
        ("Yes pls", "affirm"),
        ("nope", "deny"),
        ("gtg bye", "goodbye"),
        ("feeling rly low", "mood_low"),
    ],
)
def test_everyday_wording_is_recognised(text: str, intent: str) -> None:
    assert ENGINE_READS.read(text).name == intent


@pytest.mark.parametrize(
    "text", ["", "…", "book a flight", "my dog died", "not sure", "i dont want to live", "bye everyone, sorry", "hi", "a " * 1000]
)
def test_what_is_not_an_intent_is_left_alone(text: str) -> None:
    read = ENGINE_READS.read(text)
    assert read.name == OUT_OF_SCOPE
    assert not read.known
    assert read.engine == ENGINE


def test_every_example_is_read_as_itself_or_abstained_from() -> None:
    from nlu.embedded import TRAINING, read_training

    wrong = [
        (text, name, read.name)
        for name, texts in read_training(TRAINING).items()
        for text in texts
        if (read := ENGINE_READS.read(text)).known and read.name != name
    ]
    assert wrong == []
