package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.NO;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.limited;
import static io.keywheel.domain.health.Pool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ForgettingTest {

    @Test
    void a_flood_of_model_names_does_not_push_out_what_is_known_of_default_models() {
        var pool = new Pool(provider(GROQ, "a"));
        pool.failed(pool.attempt(groqs(BIG)), limited(Duration.ofHours(1)));

        for (int i = 0; i < 10_000; i++) {
            pool.attempt(groqs(new ModelId("invented-" + i)));
        }

        assertTrue(pool.choose(pool.journey(groqs(BIG))) instanceof Choice.NoneReady);
    }

    @Test
    void of_a_flood_of_model_names_only_the_latest_are_remembered() {
        var pool = new Pool(provider(GROQ, "a"));

        for (int i = 0; i < 10_000; i++) {
            pool.failed(pool.attempt(groqs(new ModelId("invented-" + i))), new Failure.ModelUnavailable(NO));
        }

        var models = pool.wheel
                .status(pool.now)
                .providers()
                .getFirst()
                .keys()
                .getFirst()
                .models();
        assertTrue(models.size() <= 1024, () -> models.size() + " models");
        assertEquals(new ModelId("invented-9999"), models.getLast().model());
    }
}
