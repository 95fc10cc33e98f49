"""What is wrong with the flows before anyone meets them: each finding names the flow, the step and the fault."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from flows.load import read_yaml
from flows.spec import (
    CALLS,
    FACTS,
    OTHER_FLOW,
    PLACEHOLDERS,
    Answer,
    Ask,
    Branch,
    Do,
    End,
    Flow,
    Option,
    Replies,
    Say,
    Set,
    Step,
    Text,
    targets,
    texts,
)

LONGEST_TEXT = 320
MOST_WORDS = 40
LONGEST_SENTENCE = 25
LONGEST_LABEL = 40
MOST_OPTIONS = 8
PERSON_FLOW = "ask_person"
_PLACEHOLDER = re.compile(r"\{([^}]*)\}")
_SENTENCE_END = re.compile(r"[.?:;]+\s+|[.?:;]+$")


def check(flows: Mapping[str, Flow], replies: Replies, folder: Path) -> list[str]:
    """Every finding, in a steady order; none means that the flows may be met."""
    banned = read_banned(folder / "_banned.yaml")
    found: list[str] = []
    for flow in flows.values():
        found.extend(_shape(flow, flows))
        for name, step in flow.steps.items():
            found.extend(f"{flow.id}/{name}: {fault}" for fault in _step(step, flow, banned))
    for text in _reply_texts(replies):
        found.extend(f"replies: {fault}" for fault in word_faults(text, banned))
    found.extend(_text_faults_of_replies(replies))
    found.extend(_person(flows))
    return found


def read_banned(path: Path) -> tuple[re.Pattern[str], ...]:
    """Words no flow may say, as patterns on whole words."""
    return tuple(re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE) for words in read_yaml(path)["banned"])


def word_faults(text: str, banned: tuple[re.Pattern[str], ...]) -> Iterator[str]:
    """What is wrong with some words, wherever they are said."""
    if len(text) > LONGEST_TEXT or len(text.split()) > MOST_WORDS:
        yield f"is too long ({len(text)} characters, {len(text.split())} words; at most {LONGEST_TEXT} and {MOST_WORDS})"
    if any(len(sentence.split()) > LONGEST_SENTENCE for sentence in _SENTENCE_END.split(text)):
        yield f"has a sentence of more than {LONGEST_SENTENCE} words"
    if "!" in text or any(ord(c) >= 0x2190 for c in text):
        yield "has an exclamation mark or a picture"
    yield from (f"says {hit.group(0)!r}, which is banned" for pattern in banned if (hit := pattern.search(text)))


def _shape(flow: Flow, flows: Mapping[str, Flow]) -> Iterator[str]:
    reached: set[str] = set()
    todo = [flow.first]
    while todo:
        name = todo.pop()
        if name in reached or name not in flow.steps:
            continue
        reached.add(name)
        todo.extend(targets(flow.steps[name]))
    yield from (f"{flow.id}/{name}: can't be reached" for name in flow.steps if name not in reached)
    for name, step in flow.steps.items():
        for target in targets(step):
            if not target:
                yield f"{flow.id}/{name}: is a dead end; say where it goes, or end"
            elif target.startswith(OTHER_FLOW):
                if target.removeprefix(OTHER_FLOW) not in flows:
                    yield f"{flow.id}/{name}: goes to {target}, which is not there"
            elif target not in flow.steps:
                yield f"{flow.id}/{name}: goes to {target}, which is not there"
    yield from (f"{flow.id}/{name}: never ends" for name in flow.steps if name in reached and not _can_leave(flow, name))
    yield from (f"{flow.id}/{name}: goes round without asking anything" for name in flow.steps if _spins(flow, name))


def _can_leave(flow: Flow, start: str) -> bool:
    """Whether some answers lead from here to an end or to another flow."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        name = todo.pop()
        if name.startswith(OTHER_FLOW):
            return True
        if name in seen or name not in flow.steps:
            continue
        if isinstance(flow.steps[name], End):
            return True
        seen.add(name)
        todo.extend(targets(flow.steps[name]))
    return False


def _spins(flow: Flow, start: str) -> bool:
    """Whether the flow can come back here with no question on the way."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        name = todo.pop()
        step = flow.steps.get(name)
        if step is None or isinstance(step, Ask | End):
            continue
        for target in targets(step):
            if target == start:
                return True
            if target not in seen:
                seen.add(target)
                todo.append(target)
    return False


def _step(step: Step, flow: Flow, banned: tuple[re.Pattern[str], ...]) -> Iterator[str]:
    for text in texts(step):
        yield from word_faults(text, banned)
    match step:
        case Say():
            yield from _placeholders(step.text)
        case Ask():
            yield from _placeholders(step.text)
            yield from _options(step.answer, step.options)
        case Branch(on=on):
            if on not in FACTS and on not in _saved(flow):
                yield f"branches on {on}, which nothing saves"
            if on in FACTS and not step.when.keys() <= {"yes", "no"}:
                yield f"{on} is only ever yes or no"
        case Do(call=call):
            if call not in CALLS:
                yield f"calls {call}, which is not there"
        case _:
            return


def _options(answer: Answer, options: tuple[Option, ...]) -> Iterator[str]:
    if answer is Answer.CHOICE and len(options) < 2:
        yield "asks for a choice of fewer than two"
    if len(options) > MOST_OPTIONS:
        yield f"offers more than {MOST_OPTIONS} choices"
    keys = [option.key for option in options]
    if len(set(keys)) != len(keys):
        yield "has two choices with one key"
    yield from (f"has a choice too long for a button: {o.label!r}" for o in options if len(o.label) > LONGEST_LABEL)


def _placeholders(text: Text) -> Iterator[str]:
    names = set(_PLACEHOLDER.findall(text.words))
    if names - PLACEHOLDERS:
        yield f"has {', '.join(sorted(names - PLACEHOLDERS))} to fill in, which is never known"
    if names and text.without is None:
        yield "has words to fill in but no `without` for when they are not known"
    if text.without and _PLACEHOLDER.search(text.without):
        yield "has words to fill in inside `without`"


def _saved(flow: Flow) -> set[str]:
    saved: set[str] = set()
    for step in flow.steps.values():
        match step:
            case Ask():
                saved.add(step.save)
            case Set():
                saved |= step.values.keys()
            case _:
                pass
    return saved


def _reply_texts(replies: Replies) -> Iterator[str]:
    yield replies.offer_person
    yield replies.person_label
    for text in replies.intents.values():
        yield text.words
        if text.without is not None:
            yield text.without


def _text_faults_of_replies(replies: Replies) -> Iterator[str]:
    for intent, text in replies.intents.items():
        yield from (f"replies/{intent}: {fault}" for fault in _placeholders(text))


def _person(flows: Mapping[str, Flow]) -> Iterator[str]:
    """The flow that everything falls back on asks nothing, leads nowhere else, and hands over on every path."""
    flow = flows.get(PERSON_FLOW)
    if flow is None:
        yield f"{PERSON_FLOW} is not there, and everything that fails leads to it"
        return
    todo, seen = [(flow.first, False)], set()
    while todo:
        name, handed = todo.pop()
        step = flow.steps.get(name)
        if (name, handed) in seen:
            continue
        seen.add((name, handed))
        if step is None or isinstance(step, Ask):
            yield f"{PERSON_FLOW}/{name}: must not ask anything or lead to another flow"
        elif isinstance(step, End):
            if not handed:
                yield f"{PERSON_FLOW}/{name}: ends without handing over"
        else:
            handed = handed or (isinstance(step, Do) and step.call == "hand_over")
            todo.extend((target, handed) for target in targets(step))
