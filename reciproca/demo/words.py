"""What is said in the story: purposes, summaries, and the words that version 2 changes."""

from reciproca.plugins.types import Rating, Side

TITLES = {
    "en": "Riverbend physician engagement agreement",
    "fr": "Entente d’engagement réciproque de Riverbend",
}
PURPOSE = "Is each promise clear enough that both sides would agree whether it was kept?"
FIXED = "The fourteen topics, and that neither side promises pay or referrals."
RULE = "A group of six physicians and three leaders decides; every suggestion gets an answer with its reason."
DECIDES = "The drafting group, then the board and the medical staff association, each for its side."
MEASURE = "At the next review, both sides say of each promise whether it was clear what keeping it meant."
SUMMARIES = (
    "Forty-one people read it. Requests now carry a name, and a disagreement is raised in private where that is safe.",
    "The review showed three promises worth sharpening. Both sides read the new words, and nobody asked for a return.",
)

CHANGES: tuple[tuple[str, Side, str, str], ...] = (
    (
        "timely-communication",
        Side.ORGANISATION,
        "en",
        (
            "We answer a physician’s written question within five working days and give our reasons, even if it is no "
            "or not yet."
        ),
    ),
    (
        "timely-communication",
        Side.ORGANISATION,
        "fr",
        (
            "Nous répondons en cinq jours ouvrables à la question écrite d’un médecin, raisons à l’appui, même si"
            " la réponse est non ou pas encore."
        ),
    ),
    (
        "performance-review",
        Side.PHYSICIANS,
        "en",
        (
            "I prepare for my yearly conversation, bring one thing I learned and one thing I need, and do what I "
            "agreed to by the day we set."
        ),
    ),
    (
        "performance-review",
        Side.PHYSICIANS,
        "fr",
        (
            "Je prépare mon entretien annuel, j’y apporte une chose apprise et une chose dont j’ai besoin, et je fais "
            "ce que j’ai convenu au jour fixé."
        ),
    ),
)
"""(topic, side, language, new words)."""

SAID: dict[Side, dict[str, tuple[Rating, str]]] = {
    Side.ORGANISATION: {
        "timely-communication": (
            Rating.PARTLY_KEPT,
            "Seven answers in ten went out in time. Two leaders were away.",
        ),
        "work-environment": (Rating.NOT_KEPT, "Two workrooms opened late; the third has no date yet."),
        "performance-review": (Rating.TOO_EARLY, "The first conversations are set for spring."),
    },
    Side.PHYSICIANS: {
        "timely-communication": (Rating.PARTLY_KEPT, "Better than last year, but reasons are often missing."),
        "health-and-wellness": (
            Rating.PARTLY_KEPT,
            "Rest is planned; sick leave still falls on colleagues at night.",
        ),
        "work-environment": (Rating.NOT_KEPT, "We still chart in the corridor."),
    },
}
"""What each side says where it doesn't say simply "kept": the same for both columns of a topic."""

ACTION = "Open the third workroom, with a date that both sides have seen"
FINDINGS = (
    "Most promises of both sides were kept. Two need work: rooms to work in, and reasons given in time. The third "
    "workroom gets a date; answers are counted by department from now on."
)
