package io.keywheel.contract;

import static io.keywheel.contract.Trial.LONG;

import io.keywheel.domain.chat.Decimal;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How the model shall choose its words, one [wish][Wishes] at a time. The numbers are such as no identifier
/// and no time of day is likely to have.
interface Samplings extends Wishes {

    @Test
    default void carries_a_temperature_or_says_that_it_cannot() {
        assertSampled(
                "temperature", "0.71875", new Sampling(new Decimal("0.71875"), null, null, List.of(), null, null));
    }

    @Test
    default void carries_a_bound_on_tokens_or_says_that_it_cannot() {
        assertSampled("max", "40961", new Sampling(null, 40961L, null, List.of(), null, null));
    }

    @Test
    default void carries_a_top_p_or_says_that_it_cannot() {
        assertSampled("top_p", "0.84375", new Sampling(null, null, new Decimal("0.84375"), List.of(), null, null));
    }

    @Test
    default void carries_a_text_to_stop_at_or_says_that_it_cannot() {
        assertSampled(
                "stop", "WORD-TO-STOP-AT", new Sampling(null, null, null, List.of("WORD-TO-STOP-AT"), null, null));
    }

    @Test
    default void carries_a_seed_or_says_that_it_cannot() {
        assertSampled("seed", "918273645", new Sampling(null, null, null, List.of(), 918273645L, null));
    }

    @Test
    default void carries_several_choices_or_says_that_it_cannot() {
        assertSampled("n", "73819", new Sampling(null, null, null, List.of(), null, 73819));
    }

    private void assertSampled(String named, String sent, Sampling sampling) {
        assertCarried(named, trial -> trial.call(sampling, Extras.NONE, LONG, Message.user("Hello")), sent);
    }
}
