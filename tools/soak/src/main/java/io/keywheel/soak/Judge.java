package io.keywheel.soak;

import java.util.List;
import java.util.Set;

/// Says whether what a client heard is right.
final class Judge {

    /// What may go wrong with a request that is right in itself, in the words of `docs/api.md`. The others, as
    /// `invalid_request` or `internal`, would be the gateway's own fault, and `cancelled` the client's.
    private static final Set<String> CLEAR = Set.of(
            "all_keys_failed",
            "all_providers_failed",
            "rate_limit_exceeded",
            "model_not_found",
            "deadline_exceeded",
            "unavailable",
            "interrupted",
            "unsupported",
            "too_large",
            "rejected");

    private final List<String> keys;

    /// @param keys that must not be seen by anybody
    Judge(List<String> keys) {
        this.keys = List.copyOf(keys);
    }

    Outcome of(Question question, Said said) {
        if (keys.stream().anyMatch(said.raw()::contains)) {
            return wrong("a key is shown", said);
        }
        if (said.error() != null) {
            return failed(question, said, said.error());
        }
        if (said.finish() == null) {
            return question.mayBegin(said.content())
                    ? new Outcome.Lost("it ended without an end: " + said.raw())
                    : wrong("not the answer to " + question, said);
        }
        return ended(question, said, said.finish());
    }

    private static Outcome failed(Question question, Said said, String error) {
        if (!CLEAR.contains(error)) {
            return wrong("an error that should not be", said);
        }
        if (!question.mayBegin(said.content())) {
            return wrong("not the beginning of the answer to " + question, said);
        }
        // It may break off in its thoughts, before the first word.
        boolean began = !said.content().isEmpty() || error.equals("interrupted");
        return began ? new Outcome.BrokenOff(error) : new Outcome.Refused(error);
    }

    private static Outcome ended(Question question, Said said, String finish) {
        String speaker = said.speaker();
        if (speaker == null || !question.target().speakers().contains(speaker)) {
            return wrong("not one of those who may answer " + question, said);
        }
        // The provider's thoughts used up its budget: an answer without words, and the right one.
        boolean speechless = finish.equals("length") && said.content().isEmpty();
        return speechless || (finish.equals("stop") && said.content().equals(question.answerOf(speaker)))
                ? new Outcome.Right()
                : wrong("not the answer to " + question, said);
    }

    private static Outcome wrong(String how, Said said) {
        return new Outcome.Wrong(how + ": " + said.raw());
    }
}
