package io.keywheel.simulator.wire;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// All that is answered to a chat: one choice, or as many as were asked for.
///
/// @param cachedTokens how many tokens of the prompt came from a cache
public record Answers(List<Answer> choices, int cachedTokens) {

    /// The answers to a chat, each changed before it is written.
    public static Answers to(Chat chat, Dialect dialect, int cachedTokens, UnaryOperator<Answer> change) {
        boolean reasons = dialect.reasons(chat);
        var choices = IntStream.range(0, chat.choices())
                .mapToObj(index -> change.apply(Answer.to(chat, dialect.name, reasons, index)))
                .toList();
        return new Answers(choices, cachedTokens);
    }

    /// The prompt is read once, however many choices are made of it.
    public int promptTokens() {
        return choices.getFirst().promptTokens();
    }

    /// Of all choices.
    public int completionTokens() {
        return choices.stream().mapToInt(Answer::completionTokens).sum();
    }

    int reasoningTokens() {
        return choices.stream().mapToInt(answer -> answer.reasoning().size()).sum();
    }
}
