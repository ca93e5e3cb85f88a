package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.CEREBRAS;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.NO;
import static io.keywheel.domain.rotation.TestPool.anyModel;
import static io.keywheel.domain.rotation.TestPool.empty;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.places;
import static io.keywheel.domain.rotation.TestPool.provider;
import static io.keywheel.domain.rotation.TestPool.unavailable;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.routing.Route;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyPoolFallbackTest {

    @Test
    void moves_to_the_next_provider_and_then_to_the_keys_not_yet_tried() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"), provider(CEREBRAS, "d", "e"));
        RequestAttempts requestAttempts = testPool.journey(anyModel());

        for (int i = 0; i < 5; i++) {
            requestAttempts = testPool.failing(requestAttempts, empty());
        }

        assertEquals(List.of("groq/1", "cerebras/1", "groq/2", "cerebras/2", "groq/3"), places(requestAttempts));
        assertEquals(new KeySelection.NoneReady(null, null), testPool.choose(requestAttempts));
    }

    @Test
    void keeps_to_the_one_provider_that_was_asked_for() {
        var testPool = new TestPool(provider(GROQ, "a"), provider(CEREBRAS, "d", "e"));
        RequestAttempts requestAttempts = testPool.journey(new Route.DefaultModels(CEREBRAS));

        requestAttempts = testPool.failing(testPool.failing(requestAttempts, empty()), empty());

        assertEquals(List.of("cerebras/1", "cerebras/2"), places(requestAttempts));
        assertEquals(new KeySelection.NoneReady(null, null), testPool.choose(requestAttempts));
    }

    @Test
    void does_not_ask_a_provider_again_that_refused_the_request_itself() {
        var testPool = new TestPool(provider(GROQ, "a", "b"), provider(CEREBRAS, "c"));

        RequestAttempts requestAttempts = testPool.failing(testPool.journey(anyModel()), new Failure.TooLarge(NO));
        requestAttempts = testPool.failing(requestAttempts, new Failure.Unsupported(NO));

        assertEquals(List.of("groq/1", "cerebras/1"), places(requestAttempts));
        assertEquals(new KeySelection.NoneReady(null, null), testPool.choose(requestAttempts));
    }

    @Test
    void comes_back_to_a_provider_in_trouble_only_after_all_others() {
        var testPool = new TestPool(provider(GROQ, "a", "b"), provider(CEREBRAS, "c", "d"));
        RequestAttempts requestAttempts = testPool.failing(testPool.journey(anyModel()), unavailable());

        for (int i = 0; i < 3; i++) {
            requestAttempts = testPool.failing(requestAttempts, empty());
        }

        assertEquals(List.of("groq/1", "cerebras/1", "cerebras/2", "groq/2"), places(requestAttempts));
    }

    @Test
    void goes_through_all_keys_of_the_one_provider_even_when_it_is_in_trouble() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"));
        RequestAttempts requestAttempts = testPool.journey(groqs(BIG));

        for (int i = 0; i < 3; i++) {
            requestAttempts = testPool.failing(requestAttempts, unavailable());
        }

        assertEquals(List.of("groq/1", "groq/2", "groq/3"), places(requestAttempts));
    }

    @Test
    void keeps_other_requests_from_a_provider_in_trouble() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"), provider(CEREBRAS, "d"));
        testPool.failed(testPool.attempt(anyModel()), unavailable());

        assertEquals("cerebras/1", testPool.answeredBy(anyModel()));
        assertEquals("cerebras/1", testPool.answeredBy(anyModel()));
    }
}
