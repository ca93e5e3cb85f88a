package io.keywheel.soak;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;

/// Sends requests at a rate, whether or not the ones before are answered.
///
/// A request for which there was no time within a second of its turn is left out, and counted: a load generator that
/// silently sends less would make every gateway look good.
final class Load {

    private static final long PATIENCE = Duration.ofSeconds(1).toNanos();

    private static final List<Form> FORMS = List.of(Form.values());

    private final Client client;
    private final Tally tally;
    private final ExecutorService threads;
    private final SplittableRandom chance;
    private final double perSecond;
    private long next;

    Load(Client client, Tally tally, ExecutorService threads, long seed, double perSecond) {
        this.client = client;
        this.tally = tally;
        this.threads = threads;
        this.chance = new SplittableRandom(seed);
        this.perSecond = perSecond;
    }

    /// Returns when the last request is sent.
    ///
    /// @param right of the right answers to those sent now
    void run(Duration time, Latencies right) {
        long start = System.nanoTime();
        long all = (long) (perSecond * time.toNanos() / 1e9);
        for (long i = 0; i < all; i++) {
            long due = start + (long) (i * 1e9 / perSecond);
            for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
                LockSupport.parkNanos(early);
            }
            Form form = FORMS.get(chance.nextInt(FORMS.size()));
            SplittableRandom own = chance.split();
            if (System.nanoTime() - due > PATIENCE) {
                tally.notSent(1);
            } else {
                send(next++, due, form, own, right);
            }
        }
    }

    private void send(long number, long due, Form form, SplittableRandom own, Latencies right) {
        tally.sent(form);
        threads.execute(() -> {
            try {
                Outcome outcome = client.ask(number, form, own);
                var took = Duration.ofNanos(System.nanoTime() - due);
                if (outcome instanceof Outcome.Right) {
                    right.add(took);
                }
                tally.ended(number, form, outcome, took);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
