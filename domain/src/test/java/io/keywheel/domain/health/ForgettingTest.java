package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.NO;
import static io.keywheel.domain.health.Pool.SMALL;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.keys;
import static io.keywheel.domain.health.Pool.limited;
import static io.keywheel.domain.health.Pool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.health.PoolStatus.ProviderStatus;
import io.keywheel.domain.routing.ModelId;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
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
    void a_million_refused_names_leave_the_latest_64_and_models_in_use() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.failed(pool.attempt(groqs(SMALL)), limited(Duration.ofHours(1)));

        for (int i = 0; i < 1_000_000; i++) {
            refuse(pool, invented(i));
            if (i % 1000 == 0) {
                pool.answeredBy(groqs(SMALL));
            }
        }

        List<ModelId> known = modelsKnownOf("groq/1", pool);
        assertEquals(List.of(SMALL, invented(999_999)), known.subList(0, 2), "in use, and the latest");
        assertEquals(1 + 1 + 64, modelsKnownTo(pool));
        assertEquals("groq/2", pool.answeredBy(groqs(SMALL)));
        assertEquals("groq/1", Pool.place(pool.attempt(groqs(invented(0)))), "long forgotten");
    }

    @Test
    void random_names_refused_for_100_keys_of_a_group_push_out_no_answered_model() {
        var groups = new String[100];
        Arrays.fill(groups, "org");
        var pool = new Pool(provider(GROQ, groups));
        List<ModelId> used =
                IntStream.range(0, 1000).mapToObj(i -> new ModelId("used-" + i)).toList();
        for (ModelId model : used) {
            pool.answered(pool.attempt(groqs(model)));
            pool.failed(pool.attempt(groqs(model)), limited(Duration.ofHours(1)));
        }

        var random = new Random(16);
        for (int i = 0; i < 100_000; i++) {
            refuse(pool, new ModelId("name-" + random.nextLong()));
        }

        for (ModelId model : used) {
            assertTrue(pool.choose(pool.journey(groqs(model))) instanceof Choice.NoneReady, model::value);
        }
        assertEquals(1 + 1000 + 62, modelsKnownTo(pool));
    }

    @Test
    void names_that_are_neither_answered_nor_refused_push_out_only_each_other() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.answered(pool.attempt(groqs(SMALL)));
        pool.failed(pool.attempt(groqs(SMALL)), limited(Duration.ofHours(1)));
        refuse(pool, invented(0));

        for (int i = 1; i < 10_000; i++) {
            pool.failed(pool.attempt(groqs(invented(i))), limited(Duration.ofHours(1)));
        }

        assertEquals(SMALL, modelsKnownOf("groq/2", pool).getFirst());
        assertEquals("groq/2", Pool.place(pool.attempt(groqs(invented(0)))), "still refused with groq/1");
        assertEquals(1 + 1 + 1 + 64, modelsKnownTo(pool));
    }

    @Test
    void a_model_at_its_limit_outlasts_names_that_are_refused() {
        var pool = new Pool(provider(GROQ, "a"));
        pool.failed(pool.attempt(groqs(SMALL)), limited(Duration.ofHours(1)));

        for (int i = 0; i < 10_000; i++) {
            refuse(pool, invented(i));
        }

        assertTrue(pool.choose(pool.journey(groqs(SMALL))) instanceof Choice.NoneReady);
    }

    @Test
    void a_refused_name_is_not_sent_again_while_it_is_remembered() {
        var pool = new Pool(provider(GROQ, "a"));
        refuse(pool, invented(0));

        for (int i = 1; i < 64; i++) {
            refuse(pool, invented(i));
            assertTrue(pool.choose(pool.journey(groqs(invented(0)))) instanceof Choice.NoneReady);
        }
    }

    @Test
    void an_answered_model_that_is_refused_later_outlasts_names_that_never_were() {
        var pool = new Pool(provider(GROQ, "a"));
        pool.answered(pool.attempt(groqs(SMALL)));
        refuse(pool, SMALL);

        for (int i = 0; i < 10_000; i++) {
            refuse(pool, invented(i));
        }

        assertTrue(pool.choose(pool.journey(groqs(SMALL))) instanceof Choice.NoneReady);
    }

    @Test
    void a_refused_name_that_is_answered_after_all_outlasts_the_others() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        refuse(pool, SMALL);
        pool.wheel.answering(pool.attempt(groqs(SMALL)), pool.now);

        for (int i = 0; i < 10_000; i++) {
            refuse(pool, invented(i));
        }

        assertEquals("groq/2", Pool.place(pool.attempt(groqs(SMALL))));
    }

    @Test
    void other_keys_change_nothing_about_which_names_are_forgotten_first() {
        var pool = new Pool(keys(GROQ, "a", "b"));
        pool.answered(pool.attempt(groqs(SMALL)));
        pool.failed(pool.attempt(groqs(SMALL)), limited(Duration.ofHours(1)));
        refuse(pool, invented(0));

        pool.becomes(keys(GROQ, "a", "b", "c"));
        for (int i = 1; i < 64; i++) {
            refuse(pool, invented(i));
        }
        assertEquals(1 + 1 + 64, modelsKnownTo(pool));
        for (int i = 64; i < 10_000; i++) {
            refuse(pool, invented(i));
        }

        assertEquals(SMALL, modelsKnownOf("groq/2", pool).getFirst());
        assertEquals(1 + 1 + 64, modelsKnownTo(pool));
    }

    @Test
    void what_was_the_default_model_is_kept_as_one_that_was_answered() {
        var pool = new Pool(keys(GROQ, BIG, "a"));
        pool.failed(pool.attempt(groqs(BIG)), limited(Duration.ofHours(1)));

        pool.becomes(keys(GROQ, SMALL, "a"));
        for (int i = 0; i < 10_000; i++) {
            refuse(pool, invented(i));
        }

        assertTrue(pool.choose(pool.journey(groqs(BIG))) instanceof Choice.NoneReady);
    }

    @Test
    void any_number_of_answered_names_leaves_no_more_than_1024() {
        var pool = new Pool(provider(GROQ, "a"));

        for (int i = 0; i < 100_000; i++) {
            pool.answered(pool.attempt(groqs(invented(i))));
        }

        assertEquals(1 + 1024, modelsKnownTo(pool));
    }

    @Test
    void of_a_large_pool_fewer_models_are_remembered() {
        var groups = new String[10_000];
        Arrays.setAll(groups, i -> "org-" + i);
        var pool = new Pool(provider(GROQ, groups));

        for (int i = 0; i < 20; i++) {
            pool.answered(pool.attempt(groqs(invented(i))));
            refuse(pool, invented(20 + i));
            pool.failed(pool.attempt(groqs(invented(40 + i))), limited(null));
        }

        assertEquals(1 + 16 + 4 + 4, modelsKnownTo(pool));
    }

    private static ModelId invented(int number) {
        return new ModelId("invented-" + number);
    }

    private static void refuse(Pool pool, ModelId model) {
        pool.failed(pool.attempt(groqs(model)), new Failure.ModelUnavailable(NO));
    }

    /// Of which models the pool remembers anything, the default one among them.
    private static int modelsKnownTo(Pool pool) {
        ProviderStatus provider = pool.wheel.status(pool.now).providers().getFirst();
        int shown = Math.clamp(20_000 / provider.keys().size(), 1, 50);
        assertTrue(provider.moreModels() > 0, "fewer than are shown");
        return shown + provider.moreModels();
    }

    private static List<ModelId> modelsKnownOf(String place, Pool pool) {
        return pool.wheel.status(pool.now).providers().stream()
                .flatMap(provider -> provider.keys().stream())
                .filter(key -> key.key().slot().toString().equals(place))
                .flatMap(key -> key.models().stream())
                .map(PoolStatus.ModelStatus::model)
                .toList();
    }
}
