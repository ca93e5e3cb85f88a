package io.keywheel.soak;

import java.util.List;
import java.util.SplittableRandom;

/// Something to ask that nobody else asks, and whose right answer is known: the simulator repeats the question and
/// says who answers it.
record Question(String text, Target target) {

    /// Longer than one packet on the way, and what every border between two encodings is likely to get wrong.
    private static final List<String> WORDS = List.of(
            "key", "größer", "漢字", "😀", "\"quoted\"", "back\\slash", "data:", "a\u2028b", "[DONE]", "<b>", "\t");

    private static final List<Target> TARGETS = List.of(Target.values());

    private static final int MOST_WORDS = 40;

    /// @param number of the request, which makes it the only one of its kind
    static Question random(long number, SplittableRandom chance) {
        var text = new StringBuilder("Question ").append(number).append(':');
        for (int i = chance.nextInt(MOST_WORDS); i > 0; i--) {
            text.append(' ').append(WORDS.get(chance.nextInt(WORDS.size())));
        }
        // Most leave the choice to the gateway.
        Target target = chance.nextBoolean() ? Target.ANY : TARGETS.get(chance.nextInt(TARGETS.size()));
        return new Question(text.append('?').toString(), target);
    }

    /// @param speaker as `provider/model`
    String answerOf(String speaker) {
        return speaker + " says: You asked \"" + text + "\" (message 1 of this conversation).";
    }

    /// Whether all that was said could be the beginning of a right answer.
    boolean mayBegin(String said) {
        return target.speakers().stream().anyMatch(speaker -> answerOf(speaker).startsWith(said));
    }
}
