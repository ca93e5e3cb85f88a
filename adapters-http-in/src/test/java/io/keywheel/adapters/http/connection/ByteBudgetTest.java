package io.keywheel.adapters.http.connection;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keywheel.adapters.http.errors.RefusedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {

    /// Rounds of the race.
    private static final int ROUNDS = 1_000_000;

    private final ByteBudget budget = new ByteBudget(1000);

    @Test
    void oversized_reservations_do_not_block_small_ones() {
        var over = new AtomicBoolean();
        var greedy = CompletableFuture.runAsync(() -> {
            while (!over.get()) {
                assertThrows(RefusedException.class, () -> budget.share().reserve(1001));
            }
        });
        try {
            for (int i = 0; i < ROUNDS; i++) {
                try (var share = budget.share()) {
                    share.reserve(1);
                }
            }
        } finally {
            over.set(true);
        }

        greedy.orTimeout(30, TimeUnit.SECONDS).join();
    }
}
