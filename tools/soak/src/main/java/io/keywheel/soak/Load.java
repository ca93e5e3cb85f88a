package io.keywheel.soak;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;

/// Sends requests at a fixed rate, regardless of earlier answers. A request that is late by more than a second
/// is skipped and counted, so that a slow machine shows its real rate.
final class Load {

    private static final long LONGEST_DELAY = Duration.ofSeconds(1).toNanos();

    private static final List<Form> FORMS = List.of(Form.values());

    private final List<Client> clients;
    private final Counts counts;
    private final ExecutorService threads;
    private final SplittableRandom random;
    private final double perSecond;
    private long next;

    /// @param clients one for each gateway, used in turn
    Load(List<Client> clients, Counts counts, ExecutorService threads, long seed, double perSecond) {
        this.clients = clients;
        this.counts = counts;
        this.threads = threads;
        this.random = new SplittableRandom(seed);
        this.perSecond = perSecond;
    }

    /// Sends the requests, and returns after the last one.
    ///
    /// @param right receives the latencies of right answers
    void run(Duration time, Latencies right) {
        long start = System.nanoTime();
        long all = (long) (perSecond * time.toNanos() / 1e9);
        for (long i = 0; i < all; i++) {
            long due = start + (long) (i * 1e9 / perSecond);
            for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
                LockSupport.parkNanos(early);
            }
            Form form = FORMS.get(random.nextInt(FORMS.size()));
            SplittableRandom own = random.split();
            if (System.nanoTime() - due > LONGEST_DELAY) {
                counts.notSent();
            } else {
                send(next++, due, form, own, right);
            }
        }
    }

    private void send(long number, long due, Form form, SplittableRandom own, Latencies right) {
        counts.sent(form);
        threads.execute(() -> {
            try {
                Verdict verdict = clients.get((int) (number % clients.size())).ask(number, form, own);
                if (verdict.kind() == Verdict.Kind.RIGHT) {
                    right.add(Duration.ofNanos(System.nanoTime() - due));
                }
                counts.ended(number, form, verdict);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
