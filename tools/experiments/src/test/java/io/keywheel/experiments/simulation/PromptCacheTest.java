package io.keywheel.experiments.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PromptCacheTest {

    private static final Instant START = Arrivals.START;
    private static final Duration KEPT = Duration.ofMinutes(5);

    private final PromptCache cache = new PromptCache();

    private static Request turn(long conversation, int prompt) {
        return new Request(0, START, prompt + 100, prompt + 100, true, conversation, prompt);
    }

    @Test
    void whole_blocks_are_cached_per_organisation_and_conversation() {
        cache.keep("org_a", turn(1, 300), START);

        assertEquals(256, cache.cached("org_a", turn(1, 500), START));
        assertEquals(128, cache.cached("org_a", turn(1, 200), START));
        assertEquals(0, cache.cached("org_b", turn(1, 500), START));
        assertEquals(0, cache.cached("org_a", turn(2, 500), START));
    }

    @Test
    void prompt_expires_five_minutes_after_its_last_use() {
        cache.keep("org_a", turn(1, 300), START);
        assertEquals(256, cache.cached("org_a", turn(1, 500), START.plus(KEPT).minusNanos(1)));
        assertEquals(0, cache.cached("org_a", turn(1, 500), START.plus(KEPT)));

        cache.keep("org_a", turn(1, 300), START.plusSeconds(60));
        assertEquals(256, cache.cached("org_a", turn(1, 500), START.plus(KEPT)));
    }

    @Test
    void request_without_a_conversation_is_not_cached() {
        cache.keep("org_a", new Request(0, START, 400, 400, false, 0, 300), START);

        assertEquals(0, cache.cached("org_a", turn(0, 300), START));
    }
}
