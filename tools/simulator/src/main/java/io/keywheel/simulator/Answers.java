package io.keywheel.simulator;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// All that is answered to a chat: one choice, or as many as were asked for.
///
/// @param cachedTokens how many tokens of the prompt came from a cache
record Answers(List<Answer> choices, int cachedTokens) {

    static Answers to(Chat chat, String provider, boolean reasons) {
        return new Answers(
                IntStream.range(0, chat.choices())
                        .mapToObj(index -> Answer.to(chat, provider, reasons, index))
                        .toList(),
                0);
    }

    Answers changed(UnaryOperator<Answer> change) {
        return new Answers(choices.stream().map(change).toList(), cachedTokens);
    }

    Answers withCached(int tokens) {
        return new Answers(choices, tokens);
    }

    Answer first() {
        return choices.getFirst();
    }

    /// The prompt is read once, however many choices are made of it.
    int promptTokens() {
        return first().promptTokens();
    }

    int completionTokens() {
        return choices.stream().mapToInt(Answer::completionTokens).sum();
    }

    int reasoningTokens() {
        return choices.stream().mapToInt(answer -> answer.reasoning().size()).sum();
    }
}
