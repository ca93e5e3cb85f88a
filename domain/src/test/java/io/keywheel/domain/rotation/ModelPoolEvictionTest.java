package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.NO;
import static io.keywheel.domain.rotation.TestPool.SMALL;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.keys;
import static io.keywheel.domain.rotation.TestPool.limited;
import static io.keywheel.domain.rotation.TestPool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.status.PoolStatus.ProviderStatus;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ModelPoolEvictionTest {

    @Test
    void a_flood_of_model_names_does_not_push_out_what_is_known_of_default_models() {
        var testPool = new TestPool(provider(GROQ, "a"));
        testPool.failed(testPool.attempt(groqs(BIG)), limited(Duration.ofHours(1)));

        for (int i = 0; i < 10_000; i++) {
            testPool.attempt(groqs(new ModelId("invented-" + i)));
        }

        assertTrue(testPool.choose(testPool.journey(groqs(BIG))) instanceof KeySelection.NoneReady);
    }

    @Test
    void a_million_refused_names_leave_the_latest_64_and_models_in_use() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.failed(testPool.attempt(groqs(SMALL)), limited(Duration.ofHours(1)));

        for (int i = 0; i < 1_000_000; i++) {
            refuse(testPool, invented(i));
            if (i % 1000 == 0) {
                testPool.answeredBy(groqs(SMALL));
            }
        }

        List<ModelId> known = modelsKnownOf("groq/1", testPool);
        assertEquals(List.of(SMALL, invented(999_999)), known.subList(0, 2), "in use, and the latest");
        assertEquals(1 + 1 + 64, modelsKnownTo(testPool));
        assertEquals("groq/2", testPool.answeredBy(groqs(SMALL)));
        assertEquals("groq/1", TestPool.place(testPool.attempt(groqs(invented(0)))), "long forgotten");
    }

    @Test
    void random_names_refused_for_100_keys_of_a_group_push_out_no_answered_model() {
        var groups = new String[100];
        Arrays.fill(groups, "org");
        var testPool = new TestPool(provider(GROQ, groups));
        List<ModelId> used =
                IntStream.range(0, 1000).mapToObj(i -> new ModelId("used-" + i)).toList();
        for (ModelId model : used) {
            testPool.answered(testPool.attempt(groqs(model)));
            testPool.failed(testPool.attempt(groqs(model)), limited(Duration.ofHours(1)));
        }

        var random = new Random(16);
        for (int i = 0; i < 100_000; i++) {
            refuse(testPool, new ModelId("name-" + random.nextLong()));
        }

        for (ModelId model : used) {
            assertTrue(testPool.choose(testPool.journey(groqs(model))) instanceof KeySelection.NoneReady, model::value);
        }
        assertEquals(1 + 1000 + 62, modelsKnownTo(testPool));
    }

    @Test
    void names_that_are_neither_answered_nor_refused_push_out_only_each_other() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.answered(testPool.attempt(groqs(SMALL)));
        testPool.failed(testPool.attempt(groqs(SMALL)), limited(Duration.ofHours(1)));
        refuse(testPool, invented(0));

        for (int i = 1; i < 10_000; i++) {
            testPool.failed(testPool.attempt(groqs(invented(i))), limited(Duration.ofHours(1)));
        }

        assertEquals(SMALL, modelsKnownOf("groq/2", testPool).getFirst());
        assertEquals("groq/2", TestPool.place(testPool.attempt(groqs(invented(0)))), "still refused with groq/1");
        assertEquals(1 + 1 + 1 + 64, modelsKnownTo(testPool));
    }

    @Test
    void a_model_at_its_limit_outlasts_names_that_are_refused() {
        var testPool = new TestPool(provider(GROQ, "a"));
        testPool.failed(testPool.attempt(groqs(SMALL)), limited(Duration.ofHours(1)));

        for (int i = 0; i < 10_000; i++) {
            refuse(testPool, invented(i));
        }

        assertTrue(testPool.choose(testPool.journey(groqs(SMALL))) instanceof KeySelection.NoneReady);
    }

    @Test
    void a_refused_name_is_not_sent_again_while_it_is_remembered() {
        var testPool = new TestPool(provider(GROQ, "a"));
        refuse(testPool, invented(0));

        for (int i = 1; i < 64; i++) {
            refuse(testPool, invented(i));
            assertTrue(testPool.choose(testPool.journey(groqs(invented(0)))) instanceof KeySelection.NoneReady);
        }
    }

    @Test
    void an_answered_model_that_is_refused_later_outlasts_names_that_never_were() {
        var testPool = new TestPool(provider(GROQ, "a"));
        testPool.answered(testPool.attempt(groqs(SMALL)));
        refuse(testPool, SMALL);

        for (int i = 0; i < 10_000; i++) {
            refuse(testPool, invented(i));
        }

        assertTrue(testPool.choose(testPool.journey(groqs(SMALL))) instanceof KeySelection.NoneReady);
    }

    @Test
    void a_refused_name_that_is_answered_after_all_outlasts_the_others() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        refuse(testPool, SMALL);
        testPool.keyPool.answering(testPool.attempt(groqs(SMALL)), testPool.now);

        for (int i = 0; i < 10_000; i++) {
            refuse(testPool, invented(i));
        }

        assertEquals("groq/2", TestPool.place(testPool.attempt(groqs(SMALL))));
    }

    @Test
    void other_keys_change_nothing_about_which_names_are_forgotten_first() {
        var testPool = new TestPool(keys(GROQ, "a", "b"));
        testPool.answered(testPool.attempt(groqs(SMALL)));
        testPool.failed(testPool.attempt(groqs(SMALL)), limited(Duration.ofHours(1)));
        refuse(testPool, invented(0));

        testPool.becomes(keys(GROQ, "a", "b", "c"));
        for (int i = 1; i < 64; i++) {
            refuse(testPool, invented(i));
        }
        assertEquals(1 + 1 + 64, modelsKnownTo(testPool));
        for (int i = 64; i < 10_000; i++) {
            refuse(testPool, invented(i));
        }

        assertEquals(SMALL, modelsKnownOf("groq/2", testPool).getFirst());
        assertEquals(1 + 1 + 64, modelsKnownTo(testPool));
    }

    @Test
    void what_was_the_default_model_is_kept_as_one_that_was_answered() {
        var testPool = new TestPool(keys(GROQ, BIG, "a"));
        testPool.failed(testPool.attempt(groqs(BIG)), limited(Duration.ofHours(1)));

        testPool.becomes(keys(GROQ, SMALL, "a"));
        for (int i = 0; i < 10_000; i++) {
            refuse(testPool, invented(i));
        }

        assertTrue(testPool.choose(testPool.journey(groqs(BIG))) instanceof KeySelection.NoneReady);
    }

    @Test
    void any_number_of_answered_names_leaves_no_more_than_1024() {
        var testPool = new TestPool(provider(GROQ, "a"));

        for (int i = 0; i < 100_000; i++) {
            testPool.answered(testPool.attempt(groqs(invented(i))));
        }

        assertEquals(1 + 1024, modelsKnownTo(testPool));
    }

    @Test
    void of_a_large_pool_fewer_models_are_remembered() {
        var groups = new String[10_000];
        Arrays.setAll(groups, i -> "org-" + i);
        var testPool = new TestPool(provider(GROQ, groups));

        for (int i = 0; i < 20; i++) {
            testPool.answered(testPool.attempt(groqs(invented(i))));
            refuse(testPool, invented(20 + i));
            testPool.failed(testPool.attempt(groqs(invented(40 + i))), limited(null));
        }

        assertEquals(1 + 16 + 4 + 4, modelsKnownTo(testPool));
    }

    private static ModelId invented(int number) {
        return new ModelId("invented-" + number);
    }

    private static void refuse(TestPool testPool, ModelId model) {
        testPool.failed(testPool.attempt(groqs(model)), new Failure.ModelUnavailable(NO));
    }

    /// Of which models the pool remembers anything, the default one among them.
    private static int modelsKnownTo(TestPool testPool) {
        ProviderStatus provider =
                testPool.keyPool.status(testPool.now).providers().getFirst();
        int shown = Math.clamp(20_000 / provider.keys().size(), 1, 50);
        assertTrue(provider.moreModels() > 0, "fewer than are shown");
        return shown + provider.moreModels();
    }

    private static List<ModelId> modelsKnownOf(String place, TestPool testPool) {
        return testPool.keyPool.status(testPool.now).providers().stream()
                .flatMap(provider -> provider.keys().stream())
                .filter(key -> key.key().slot().toString().equals(place))
                .flatMap(key -> key.models().stream())
                .map(PoolStatus.ModelStatus::model)
                .toList();
    }
}
