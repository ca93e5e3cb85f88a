package io.keywheel.adapters.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.adapters.http.Samples;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.usage.EndedAttempt;
import io.keywheel.domain.usage.Outcome;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChatUsageTest {

    private static EndedAttempt attempt(int ordinal) {
        var target = Samples.limited(Samples.GROQ, ordinal).target();
        return new EndedAttempt(target, Outcome.OK, "", Duration.ZERO, Duration.ZERO);
    }

    @Test
    void long_trail_keeps_the_first_19_attempts_and_the_last() {
        var usage = new ChatUsage();
        IntStream.rangeClosed(1, 31).forEach(i -> usage.ended(attempt(i), TokenUsage.NONE));

        var ending = usage.ending(200, Outcome.OK);
        assertEquals(31, ending.attempts());
        assertEquals(
                Stream.concat(IntStream.rangeClosed(1, 19).boxed(), Stream.of(31))
                        .map(ChatUsageTest::attempt)
                        .toList(),
                ending.trail());
    }
}
