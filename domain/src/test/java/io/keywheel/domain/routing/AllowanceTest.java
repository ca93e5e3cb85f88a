package io.keywheel.domain.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.routing.Allowance.Bucket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AllowanceTest {

    @Test
    void is_spent_until_the_empty_bucket_is_filled_whatever_the_others_say() {
        var allowance = allowance(bucket(12, Duration.ofHours(20)), bucket(0, Duration.ofSeconds(7)));

        assertEquals(Optional.of(Duration.ofSeconds(7)), allowance.spentFor());
    }

    @Test
    void is_spent_until_the_last_of_several_empty_buckets_is_filled() {
        var allowance = allowance(bucket(0, Duration.ofSeconds(7)), bucket(-1, Duration.ofHours(20)));

        assertEquals(Optional.of(Duration.ofHours(20)), allowance.spentFor());
    }

    @Test
    void is_not_spent_while_every_bucket_holds_something() {
        assertEquals(
                Optional.empty(), allowance(bucket(1, Duration.ofSeconds(7))).spentFor());
        assertEquals(Optional.empty(), Allowance.UNKNOWN.spentFor());
    }

    @Test
    void does_not_guess_when_an_empty_bucket_will_be_filled() {
        assertEquals(Optional.empty(), allowance(bucket(0, null)).spentFor());
    }

    private static Allowance allowance(Bucket... buckets) {
        return new Allowance(List.of(buckets));
    }

    private static Bucket bucket(long remaining, @Nullable Duration reset) {
        return new Bucket("requests-day", 100L, remaining, reset);
    }
}
