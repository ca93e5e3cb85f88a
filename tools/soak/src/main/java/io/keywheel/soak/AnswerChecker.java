package io.keywheel.soak;

import static io.keywheel.soak.Verdict.Kind.BROKEN_OFF;
import static io.keywheel.soak.Verdict.Kind.ERROR;
import static io.keywheel.soak.Verdict.Kind.LOST;
import static io.keywheel.soak.Verdict.Kind.RIGHT;
import static io.keywheel.soak.Verdict.Kind.WRONG;

import java.util.List;
import java.util.Set;

/// Checks an answer.
///
/// @param keys the keys that must not appear in answers
record AnswerChecker(List<String> keys) {

    /// The codes of `docs/api.md` that a valid request can cause. Others, such as `invalid_request` or
    /// `internal`, are faults of the gateway; `cancelled` is caused by the client.
    private static final Set<String> EXPECTED = Set.of(
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

    Verdict of(Question question, Answer answer) {
        if (keys.stream().anyMatch(answer.raw()::contains)) {
            return wrong("a key is visible", answer);
        }
        if (!question.mayBegin(answer.content())) {
            return wrong("not the answer to " + question, answer);
        }
        String error = answer.error();
        if (error != null) {
            if (!EXPECTED.contains(error)) {
                return wrong("an error that a valid request cannot cause", answer);
            }
            // A stream may be interrupted during reasoning, before the first text.
            boolean began = !answer.content().isEmpty() || error.equals("interrupted");
            return new Verdict(began ? BROKEN_OFF : ERROR, error);
        }
        String finish = answer.finish();
        if (finish == null) {
            return new Verdict(LOST, "it has no end: " + answer.raw());
        }
        String source = answer.source();
        if (source == null || !question.target().sources.contains(source)) {
            return wrong("from a source that was not asked " + question, answer);
        }
        // An answer without text is right if reasoning used all tokens.
        boolean empty = finish.equals("length") && answer.content().isEmpty();
        return empty || (finish.equals("stop") && answer.content().equals(question.answerOf(source)))
                ? new Verdict(RIGHT, "")
                : wrong("not the answer to " + question, answer);
    }

    private static Verdict wrong(String how, Answer answer) {
        return new Verdict(WRONG, how + ": " + answer.raw());
    }
}
