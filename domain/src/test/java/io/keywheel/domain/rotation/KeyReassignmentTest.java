package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Keys that a reload removes, adds or moves to another quota group, also during their attempts.
class KeyReassignmentTest extends PoolFixture {
    private final TestPool pool = new TestPool(keys(GROQ, "a", "b"));

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    # Cooldowns
                    a key put into a group takes its limit along | a b | limit 1m; reload a@team b@team c; next c c
                    a key taken out of a group goes on cooling | a@team b@team c | limit 1m; reload a b@team c; next c c
                    a group goes on cooling with other keys | a@team b | limit 1m; reload c@team b; next b b
                    a removed and readded group starts without cooldown | a b | limit 1m; reload b; reload b a; next b a
                    an answer of a key moved into a group ends the group's cooldown | a b | limit 1m; pass 0.001s; begin 1; reload a@team b@team c@team; none; answer 1; next a b c
                    an answer of a key moved into a group ends it after a further reload | a b | limit 1m; pass 0.001s; begin 1; reload a@team b@team c@team; reload a@team b@team c@team; none; answer 1; next a b c
                    # Calls in flight
                    a call in flight counts while its key is kept | a@team b@team | left 1 requests 1m; begin 1 with b; none; reload b@team; none
                    a call in flight does not count without its key | a@team b@team | left 1 requests 1m; begin 1 with b; none; reload a@team; ready
                    an answer from before a reload reports the quota as of its admission | a@team b@team | begin 1; content 1; next b; reload a@team; answer 1 left 1 requests 1m; none
                    a report of a removed key is ignored even after the key returns | a b | begin 1; reload b c; fail 1 down quietly; next b c; reload b a; fail 1 refused quietly; next b a
                    # Probes
                    a probe of a group goes on while its key stays in the group | a | blocked; pass 1h; ready; reload a; none
                    a probe of a group ends when its key leaves the group | a | blocked; pass 1h; ready; reload a@team; ready
                    first content of a removed key ends no probe of another | a b | down; pass 1m; begin 1; reload c; begin 2 as probe; content 1; none
                    an answer of a removed key ends no probe of another | a b | down; pass 1m; begin 1; reload c; begin 2 as probe; answer 1; none
                    a failure of a removed key ends no probe of another | a b | down; pass 1m; begin 1; reload c; begin 2 as probe; fail 1 cancelled; none
                    a withdrawal of a removed key ends no probe of another | a b | down; pass 1m; begin 1; reload c; begin 2 as probe; withdraw 1; none
                    another key probes for a removed one despite low quota | a@team b@team | limit 1s left 100 tokens 1m; pass 1s; begin 1 with a; reload b@team; begin 2 500t as probe
                    a cancelled probe of a moved key allows one in its old group despite low quota | a@team b@team | limit 1s left 100 tokens 1m; pass 1s; begin 1 with a; reload b@team a@other; pass 1s; begin 2 500t with a; none 500t; fail 1 cancelled; begin 3 500t with b
                    """)
    void pool_follows_keys_to_their_groups(String what, String keys, String steps) {
        PoolSteps.play(what, keys, steps);
    }

    @Test
    void decided_attempt_stays_open_only_if_its_key_is_kept() {
        RequestAttempts requestAttempts = pool.request(anyModel());
        Step.Attempt removed = pool.attempt(requestAttempts);
        Step.Attempt kept = pool.attempt(requestAttempts);

        pool.reload(keys(GROQ, "c", "b"));

        assertFalse(pool.isOpen(removed, requestAttempts));
        assertTrue(pool.isOpen(kept, requestAttempts));
        assertEquals("groq/2", slot(pool.keyPool.begin(kept, pool.now)));
    }
}
