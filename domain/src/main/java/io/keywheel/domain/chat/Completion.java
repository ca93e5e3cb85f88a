package io.keywheel.domain.chat;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// A model's whole answer.
///
/// A streamed completion has no content: text and tool calls went to the [ChunkSink]. Its choices have only their
/// finish reasons.
///
/// @param choices at least one; more if the request asked for several
/// @param usage null if the provider did not report it
public record Completion(List<Choice> choices, @Nullable TokenUsage usage, Extras extras) {

    /// One choice of the answer.
    ///
    /// @param index the index of the choice, from 0
    /// @param extras further fields of the choice, beside its content; among them the provider's `finish_reason` if
    ///     [FinishReason] has no constant for it
    public record Choice(int index, Content content, FinishReason finishReason, Extras extras) {

        public Choice {
            requireNonNull(content);
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
    public static Completion of(Content content, FinishReason finishReason, @Nullable TokenUsage usage) {
        return new Completion(List.of(new Choice(0, content, finishReason, Extras.NONE)), usage, Extras.NONE);
    }

    /// The end of a streamed answer of one choice.
    public static Completion streamed(FinishReason finishReason, @Nullable TokenUsage usage) {
        return of(Content.NONE, finishReason, usage);
    }

    /// The end of a streamed answer of one or more choices.
    ///
    /// @param finishReasons of each choice, by its index
    public static Completion streamed(SortedMap<Integer, FinishReason> finishReasons, @Nullable TokenUsage usage) {
        List<Choice> choices = finishReasons.entrySet().stream()
                .map(end -> new Choice(end.getKey(), Content.NONE, end.getValue(), Extras.NONE))
                .toList();
        return new Completion(choices, usage, Extras.NONE);
    }

    /// The text of the first choice.
    public String text() {
        return choices.getFirst().content().text();
    }

    /// The reasoning of the first choice; null for none.
    public @Nullable String reasoning() {
        return choices.getFirst().content().reasoning();
    }

    /// The characters of the text, reasoning and tool calls of all choices.
    public long characters() {
        long characters = 0;
        for (Choice choice : choices) {
            characters += choice.content.characters();
        }
        return characters;
    }

    /// Why the first choice ended.
    public FinishReason finishReason() {
        return choices.getFirst().finishReason();
    }
}
