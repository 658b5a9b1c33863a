"""Every hook, in the order of a plugin's life: it offers when loaded, decides when asked, and is told afterwards.

Deciding hooks are called when something is proposed, offered or opened, never while a person signs, countersigns or
declines. Arguments and results are values of `reciproca.plugins.types`; an implementation may take any of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from reciproca.plugins.events import Event
from reciproca.plugins.markers import hookspec
from reciproca.plugins.types import (
    Checkpoint,
    CompactTemplate,
    CycleAnchor,
    DeliveryChannel,
    Draft,
    IdentifierScheme,
    IdentifierVerdict,
    JurisdictionPack,
    Opening,
    OutgoingMessage,
    PluginInfo,
    Problem,
    PublicKey,
    RawSignature,
    Receipt,
    ReviewCycleSpec,
    RosterFormat,
    RosterMapping,
    RosterTable,
    SealKeyProvider,
    WordingFinding,
)

# --- offer: asked once, when the plugin is loaded --------------------------------------------------------------------


@hookspec
def plugin_info() -> PluginInfo:  # type: ignore[empty-body]  # a specification has no body
    """Say who the plugin is.

    When called: once, first of all, when the application starts; every plugin must implement it.
    Arguments: none.
    Return: one `PluginInfo`; `api_version` must share our major number.
    Error policy: strict. The plugin is not loaded and `plugins list` says why; the others are.
    Example: `return PluginInfo(name="oregon", version="1.2", api_version="1.0", summary="Oregon pack")`
    """


@hookspec
def compact_templates() -> Iterable[CompactTemplate]:  # type: ignore[empty-body]  # a specification has no body
    """Offer words to start a draft from.

    When called: once, when the application starts.
    Arguments: none.
    Return: any number of `CompactTemplate`, each with a key that no other plugin uses.
    Error policy: strict. A key already taken is refused with both plugins' names; the later plugin is not loaded.
    Example: `return [CompactTemplate.from_json(tomllib.loads(text))]`
    """


@hookspec
def jurisdiction_packs() -> Iterable[JurisdictionPack]:  # type: ignore[empty-body]  # a specification has no body
    """Offer what differs from place to place: titles, categories, clocks, sentences on legal effect, sources.

    When called: once, when the application starts.
    Arguments: none.
    Return: any number of `JurisdictionPack`, keyed by code (`CA-ON`).
    Error policy: strict, as for `compact_templates`.
    Example: `return [JurisdictionPack.from_json(tomllib.loads(text))]`
    """


@hookspec
def review_cycles() -> Iterable[ReviewCycleSpec]:  # type: ignore[empty-body]  # a specification has no body
    """Offer rhythms of joint review; the plugin that offers one also answers `next_openings` for it.

    When called: once, when the application starts.
    Arguments: none.
    Return: any number of `ReviewCycleSpec`.
    Error policy: strict, as for `compact_templates`.
    Example: `return [ReviewCycleSpec(key="annual", label=…, summary=…, every_months=12, gathering_days=21)]`
    """


@hookspec
def identifier_schemes() -> Iterable[IdentifierScheme]:  # type: ignore[empty-body]  # a specification has no body
    """Offer kinds of licence and register numbers; the plugin that offers one answers `check_identifiers` for it.

    When called: once, when the application starts.
    Arguments: none.
    Return: any number of `IdentifierScheme`.
    Error policy: strict, as for `compact_templates`.
    Example: `return [IdentifierScheme(key="npi", label="NPI", hint="10 digits")]`
    """


@hookspec
def roster_formats() -> Iterable[RosterFormat]:  # type: ignore[empty-body]  # a specification has no body
    """Offer kinds of roster files; the plugin that offers one answers `read_roster` for it.

    When called: once, when the application starts.
    Arguments: none.
    Return: any number of `RosterFormat`.
    Error policy: strict, as for `compact_templates`.
    Example: `return [RosterFormat(key="csv", label={"en": "CSV"}, suffixes=(".csv",))]`
    """


@hookspec
def delivery_channels() -> Iterable[DeliveryChannel]:  # type: ignore[empty-body]  # a specification has no body
    """Offer ways to reach people; the plugin that offers one answers `deliver` for it.

    When called: once, when the application starts.
    Arguments: none.
    Return: any number of `DeliveryChannel`, each naming the settings that it reads.
    Error policy: strict, as for `compact_templates`.
    Example: `return [DeliveryChannel(key="mail", label={"en": "Mail"}, settings=("smtp_url",))]`
    """


@hookspec
def seal_keys() -> Iterable[SealKeyProvider]:  # type: ignore[empty-body]  # a specification has no body
    """Offer to hold the key that seals documents; the plugin that offers one answers `seal_public_key` and
    `seal_signatures` for it. It holds only if the setting `seal_provider` names its key.

    When called: once, when the application starts.
    Arguments: none.
    Return: any number of `SealKeyProvider`, each naming the settings that it reads.
    Error policy: strict, as for `compact_templates`; without the one that the settings name, nothing starts.
    Example: `return [SealKeyProvider(key="vault", label={"en": "Our vault"}, settings=("home",))]`
    """


# --- decide: asked with a key and a batch; only the plugin that offered the key is asked -----------------------------


@hookspec
def draft_problems(draft: Draft) -> Iterable[Problem]:  # type: ignore[empty-body]  # a specification has no body
    """Say what should be put right in a draft before it is proposed.

    When called: when somebody looks at a draft's open points and when it is proposed; never once it is frozen.
    Arguments: `draft`, every commitment of both sides in every locale.
    Return: any number of `Problem`; an error stops the proposal, a warning is shown and stored.
    Error policy: closed. A plugin that raises stops the proposal; nothing is changed.
    Example: `return [Problem(severity=Severity.WARNING, reason=N_("This word reads badly here."), subject="terms")]`
    """


@hookspec
def wording_findings(draft: Draft) -> Iterable[WordingFinding]:  # type: ignore[empty-body]  # a specification has no body
    """Advise on the words of a draft, with the reason: who writes decides, and nothing is ever stopped by it.

    When called: when somebody opens the editor; what it says stands beside the clause.
    Arguments: `draft`, every commitment of both sides in every locale.
    Return: any number of `WordingFinding`; the first one on the same words of a clause is shown.
    Error policy: isolated. The advice of a plugin that raises is missing, and the page says whose.
    Example: `return [WordingFinding(locale="en", kind="pay", reason=N_("…"), key=c.key, side=c.side, subject="fee")]`
    """


@hookspec
def next_openings(key: str, anchors: Sequence[CycleAnchor]) -> Sequence[Opening]:  # type: ignore[empty-body]  # a specification has no body
    """Say when reviews open. Pure: the same question always has the same answer, in any order and batch.

    When called: when a version comes into force and when a review closes, to set the next date.
    Arguments: `key` of one of your review cycles; `anchors`, a batch of first days and review numbers from 1.
    Return: one `Opening` for each anchor, in order; `opens` rises with the number.
    Error policy: closed. What needed the date is not done; the rest of the schedule goes on.
    Example: `return [Opening(number=a.number, opens=…, seal_opens=…) for a in anchors]`
    """


@hookspec
def check_identifiers(scheme: str, values: Sequence[str]) -> Sequence[IdentifierVerdict]:  # type: ignore[empty-body]  # a specification has no body
    """Judge the form of licence and register numbers, never whether the licence is valid. Pure.

    When called: when a roster is read and when a person's identifiers are edited.
    Arguments: `scheme`, the key of one of your schemes; `values`, a batch as entered.
    Return: one `IdentifierVerdict` for each value, in order.
    Error policy: closed. The import or the edit is refused; nothing is changed.
    Example: `return [IdentifierVerdict(verdict=Verdict.OK, normalised=value) for value in values]`
    """


@hookspec
def read_roster(key: str, data: bytes, mapping: RosterMapping) -> RosterTable:  # type: ignore[empty-body]  # a specification has no body
    """Read a file into rows of text by field. Judges the file's form only; what cells mean is judged by the host.

    When called: on `roster import`, also for a dry run and to suggest a mapping.
    Arguments: `key` of one of your formats; `data`, the whole file; `mapping`, what the operator knows about it.
    Return: one `RosterTable`; what is wrong with the file is a `Problem` in it, not an exception.
    Error policy: closed. The import is refused; nothing is changed.
    Example: `return RosterTable(encoding="utf-8", delimiter=",", headings=…, columns=…, rows=…, problems=())`
    """


@hookspec
def deliver(  # type: ignore[empty-body]  # a specification has no body
    channel: str, messages: Sequence[OutgoingMessage], settings: Mapping[str, str]
) -> Iterable[Receipt]:
    """Send a batch of messages, and say truthfully what became of each, best as soon as you know.

    When called: by the outbox, after the commit that queued the messages; again for those deferred.
    Arguments: `channel`, the key of one of yours; `messages`; `settings` by the names your channel declared.
    Return: one `Receipt` for each message, in order; yield each at once, and what was sent stays sent should the
    process die. A message that fails is a receipt, not an exception.
    Error policy: closed. What has no receipt isn't marked as sent, and is tried again later with the same key.
    Example: `for m in messages: yield Receipt(key=m.key, outcome=Outcome.HANDED_OVER)`
    """


@hookspec
def seal_public_key(key: str, settings: Mapping[str, str]) -> PublicKey:  # type: ignore[empty-body]  # a specification has no body
    """Say which key you seal with: on the curve P-256, or RSA of 2048 to 4096 bits.

    When called: by `reciproca keys certify`, which has this installation's root certify it.
    Arguments: `key` of one of your providers; `settings` by the names that it declared.
    Return: one `PublicKey`; the private one is never asked for.
    Error policy: closed. No certificate is made.
    Example: `return PublicKey(pem=vault.public_key("seal"))`
    """


@hookspec
def seal_signatures(  # type: ignore[empty-body]  # a specification has no body
    key: str, data: Sequence[bytes], settings: Mapping[str, str]
) -> Sequence[RawSignature]:
    """Sign what is sealed, with SHA-256: by ECDSA, or by RSA with PKCS #1 v1.5. Each answer is held against the
    certificate before it is used.

    When called: by the outbox, for each document that is sealed; when the server starts; and by `reciproca doctor`.
    Never while a person signs. Runs in the server's own process: it is trusted as the server is.
    Arguments: `key`, as above; `data`, a batch of what is to be signed, not its digests; `settings`, as above.
    Return: one `RawSignature` for each, in order.
    Error policy: closed. The document waits, is listed by `reciproca documents waiting`, and is tried again.
    Example: `return [RawSignature(hex=vault.sign("seal", one).hex()) for one in data]`
    """


# --- tell: from the outbox, after the commit, each plugin on its own -------------------------------------------------


@hookspec
def event_recorded(event: Event) -> None:
    """Be told that something has happened.

    When called: by the outbox, after the commit; at least once, so be ready to see an event twice.
    Arguments: `event`, a value of `reciproca.plugins.events`: identifiers only.
    Return: nothing; what is returned is ignored.
    Error policy: isolated. The failure is logged and recorded as `plugin.failed`; other plugins are still told.
    Example: `if isinstance(event, VersionInForce): queue.put(event.version)`
    """


@hookspec
def checkpoint_issued(checkpoint: Checkpoint, settings: Mapping[str, str]) -> Sequence[Checkpoint]:  # type: ignore[empty-body]  # a specification has no body
    """Be a witness: keep the ledger's newest checkpoint somewhere that those who run the installation can't change.

    When called: by the scheduler, soon after acts were recorded; with the newest checkpoint only, and again until the
    plugin has answered. Never while a person signs.
    Arguments: `checkpoint`, with the proof that it only adds to the one that you answered with last; `settings`: the
    installation's `witness_folder`.
    Return: what you hold now, with your own signature if you add one; nothing if you aren't set up to hold any.
    Error policy: isolated. The failure is kept and shown by `doctor`; nobody waits for it, and you are asked again.
    Example: `append(folder / "checkpoints.txt", checkpoint.note); return [checkpoint]`
    """


@hookspec
def checkpoints_held(settings: Mapping[str, str]) -> Sequence[Checkpoint]:  # type: ignore[empty-body]  # a specification has no body
    """Say which checkpoints of the ledger you hold, so that it can be held against them.

    When called: by each verification of the ledger: once a day, and by `reciproca ledger verify`.
    Arguments: `settings`, as for `checkpoint_issued`.
    Return: one or more that you keep; the newest is enough.
    Error policy: isolated. A witness that can't be asked, or whose texts aren't the ledger's, changes no verdict.
    Example: `return [Checkpoint(note=(folder / "newest.txt").read_text())]`
    """


PHASES: Mapping[str, tuple[Callable[..., Any], ...]] = MappingProxyType(
    {
        "offer": (
            plugin_info,
            compact_templates,
            jurisdiction_packs,
            review_cycles,
            identifier_schemes,
            roster_formats,
            delivery_channels,
            seal_keys,
        ),
        "decide": (
            draft_problems,
            wording_findings,
            next_openings,
            check_identifiers,
            read_roster,
            deliver,
            seal_public_key,
            seal_signatures,
        ),
        "tell": (event_recorded, checkpoint_issued, checkpoints_held),
    }
)
