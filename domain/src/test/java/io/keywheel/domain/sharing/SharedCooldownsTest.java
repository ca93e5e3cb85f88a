package io.keywheel.domain.sharing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.sharing.Fact.CooledDown;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedCooldownsTest {

    private static final Fact.CallTarget CALL_TARGET =
            new Fact.CallTarget(new ProviderId("groq"), "a", new ModelId("big"));
    private static final Failure.Kind[] KINDS = Failure.Kind.values();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void duplicated_or_reordered_facts_give_the_same_cooldowns(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            var facts = new ArrayList<UnaryOperator<SharedCooldowns>>();
            for (int fact = random.nextInt(8); fact >= 0; fact--) {
                facts.add(someFact(random));
            }
            SharedCooldowns known = all(facts);

            facts.addAll(facts.subList(0, random.nextInt(facts.size() + 1)));
            Collections.shuffle(facts, random);
            int part = random.nextInt(facts.size());
            SharedCooldowns joined = all(facts.subList(0, part)).joined(all(facts.subList(part, facts.size())));

            assertEquals(known, all(facts));
            assertEquals(known, joined);
        }
    }

    @Test
    void only_the_8_longest_cooldowns_are_kept() {
        SharedCooldowns known = SharedCooldowns.NONE;
        for (int i = 1; i < 100; i++) {
            known = known.with(cooldown(i, 1000 - i));
        }

        assertEquals(8, known.cooldowns().size());
        assertEquals(cooldown(1, 999), known.longest());
    }

    /// A gateway publishes the cooldown again when it merges a shorter requested pause.
    @Test
    void cooldown_that_rules_out_early_probes_wins_over_the_same_one_without() {
        CooledDown steady = cooldown(1, 10);
        var early = new CooledDown(
                CALL_TARGET, steady.scope(), steady.reason(), steady.since(), steady.until(), steady.level(), true);

        assertEquals(steady, SharedCooldowns.NONE.with(early).with(steady).longest());
    }

    private static SharedCooldowns all(List<UnaryOperator<SharedCooldowns>> facts) {
        SharedCooldowns known = SharedCooldowns.NONE;
        for (UnaryOperator<SharedCooldowns> fact : facts) {
            known = fact.apply(known);
        }
        return known;
    }

    private static UnaryOperator<SharedCooldowns> someFact(Random random) {
        if (random.nextInt(3) == 0) {
            Instant begun = moment(random, 0);
            return known -> known.answered(begun);
        }
        CooledDown cooldown = cooldown(random);
        return known -> known.with(cooldown);
    }

    private static CooledDown cooldown(Random random) {
        return new CooledDown(
                CALL_TARGET,
                Scope.Kind.KEY,
                KINDS[random.nextInt(3)],
                moment(random, 0),
                moment(random, 3),
                random.nextInt(3),
                random.nextBoolean());
    }

    private static CooledDown cooldown(int since, int until) {
        return new CooledDown(
                CALL_TARGET,
                Scope.Kind.KEY,
                Failure.Kind.RATE_LIMITED,
                Instant.ofEpochSecond(since),
                Instant.ofEpochSecond(until),
                0,
                false);
    }

    private static Instant moment(Random random, int from) {
        return Instant.ofEpochSecond(from + random.nextInt(6));
    }
}
