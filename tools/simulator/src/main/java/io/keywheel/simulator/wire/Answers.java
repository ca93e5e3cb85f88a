package io.keywheel.simulator.wire;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// The choices that answer a chat.
///
/// @param promptTokens counted once for all choices
/// @param cachedTokens the number of the prompt's tokens that came from the cache
public record Answers(List<Answer> choices, int promptTokens, int cachedTokens) {

    /// Generates the choices of a chat, each changed by `change`.
    public static Answers to(Chat chat, Dialect dialect, int cachedTokens, UnaryOperator<Answer> change) {
        boolean reasons = dialect.reasons(chat);
        var choices = IntStream.range(0, chat.choices())
                .mapToObj(index -> change.apply(Answer.to(chat, dialect.name, reasons, index)))
                .toList();
        return new Answers(choices, chat.promptTokens(), cachedTokens);
    }

    public int completionTokens() {
        return choices.stream().mapToInt(Answer::completionTokens).sum();
    }

    int reasoningTokens() {
        return choices.stream().mapToInt(answer -> answer.reasoning().size()).sum();
    }
}
