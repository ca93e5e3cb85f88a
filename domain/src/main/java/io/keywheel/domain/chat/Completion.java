package io.keywheel.domain.chat;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model's whole answer.
///
/// A streamed completion repeats nothing: its words and tool calls went to the [ChunkSink], and its only choice
/// says just how the first one ended.
///
/// @param choices at least one; more where the caller wanted several answers side by side
/// @param usage null where the provider did not tell
/// @param extras what else the provider says
public record Completion(List<Choice> choices, @Nullable TokenUsage usage, Extras extras) {

    /// One of the answers.
    ///
    /// @param index its place among them, from 0
    /// @param extras what else the provider says of it, beside its reply; a `finish_reason` among them is the
    ///     provider's own word where the vocabulary has none
    public record Choice(int index, Reply reply, FinishReason finishReason, Extras extras) {

        public Choice {
            requireNonNull(reply);
            requireNonNull(finishReason);
            requireNonNull(extras);
        }
    }

    public Completion {
        requireNonNull(extras);
        choices = List.copyOf(choices);
        if (choices.isEmpty()) {
            throw new IllegalArgumentException("a completion needs at least one choice");
        }
    }

    /// An answer of one choice.
    public static Completion of(Reply reply, FinishReason finishReason, @Nullable TokenUsage usage) {
        return new Completion(List.of(new Choice(0, reply, finishReason, Extras.NONE)), usage, Extras.NONE);
    }

    /// The end of a streamed answer.
    public static Completion streamed(FinishReason finishReason, @Nullable TokenUsage usage) {
        return of(Reply.NONE, finishReason, usage);
    }

    /// The words of the first choice.
    public String text() {
        return choices.getFirst().reply().text();
    }

    /// What the first choice thought with.
    public @Nullable String reasoning() {
        return choices.getFirst().reply().reasoning();
    }

    /// How much all choices say, think and call.
    public long characters() {
        return choices.stream().map(Choice::reply).mapToLong(Reply::characters).sum();
    }

    /// Why the first choice ended.
    public FinishReason finishReason() {
        return choices.getFirst().finishReason();
    }
}
