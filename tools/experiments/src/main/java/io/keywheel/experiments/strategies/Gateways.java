package io.keywheel.experiments.strategies;

import io.keywheel.domain.sharing.Fact;
import io.keywheel.experiments.simulation.Arrivals;
import io.keywheel.experiments.simulation.Key;
import io.keywheel.experiments.simulation.Pool;
import io.keywheel.experiments.simulation.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Several gateways with the same keys, to which requests are assigned at random. Published facts reach all
/// gateways in the same order, after a delay.
public final class Gateways implements Strategy {

    /// The gateways with odd numbers cannot reach the store between these times.
    static final Duration CUT_OFF_AT = Duration.ofMinutes(5);

    static final Duration BACK_AT = Duration.ofMinutes(10);

    private static final Duration CLAIM = Duration.ofMillis(50);

    /// The connection between the gateways.
    ///
    /// @param delay the time from publishing to reading; null if nothing is shared
    /// @param partition whether the gateways with odd numbers are cut off for a while
    public record Sharing(@Nullable Duration delay, boolean partition) {

        public static final Sharing NONE = new Sharing(null, false);

        public static Sharing after(int millis) {
            return new Sharing(Duration.ofMillis(millis), false);
        }
    }

    /// @param logged when the fact was appended to the log
    private record Event(Instant at, Instant logged, long number, Function<Instant, List<Move>> action) {}

    private static final Comparator<Event> ORDER =
            Comparator.comparing(Event::at).thenComparing(Event::logged).thenComparingLong(Event::number);

    private final List<KeywheelStrategy> gateways = new ArrayList<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>(ORDER);
    private final Sharing sharing;
    private final long seed;
    private long eventCount;

    public Gateways(int number, Sharing sharing, Pool pool, Duration maxWait, Random random) {
        this.sharing = sharing;
        this.seed = random.nextLong();
        for (int i = 0; i < number; i++) {
            gateways.add(new KeywheelStrategy(
                    pool,
                    maxWait,
                    random,
                    Duration.ofMinutes(5),
                    sharing.delay() == null ? null : new ToOthers(i, sharing.delay())));
        }
    }

    private final class ToOthers implements KeywheelStrategy.Link {

        private final int gateway;
        private final Duration delay;

        private ToOthers(int gateway, Duration delay) {
            this.gateway = gateway;
            this.delay = delay;
        }

        @Override
        public void publish(List<Fact> facts, Instant now) {
            if (facts.isEmpty()) {
                return;
            }
            List<Fact> seen =
                    facts.stream().map(fact -> fact.by("gateway-" + gateway)).toList();
            Instant logged = reached(gateway, now).plus(delay.dividedBy(2));
            for (int i = 0; i < gateways.size(); i++) {
                if (i != gateway) {
                    deliver(i, logged, seen);
                }
            }
        }

        @Override
        public void claim(Fact.Called call, Instant now) {
            if (isCutOff(gateway, now)) {
                at(now, now, moment -> gateways.get(gateway).alone(call, moment));
                return;
            }
            publish(List.of(call), now);
            deliver(gateway, now.plus(delay.dividedBy(2)), List.of(call));
            if (delay.compareTo(CLAIM) > 0) {
                at(now.plus(CLAIM), now, moment -> gateways.get(gateway).alone(call, moment));
            }
        }

        private void deliver(int to, Instant logged, List<Fact> facts) {
            at(
                    reached(to, logged).plus(delay.dividedBy(2)),
                    logged,
                    moment -> gateways.get(to).learn(facts, moment));
        }
    }

    private boolean isCutOff(int gateway, Instant now) {
        return sharing.partition()
                && gateway % 2 == 1
                && !now.isBefore(Arrivals.START.plus(CUT_OFF_AT))
                && now.isBefore(Arrivals.START.plus(BACK_AT));
    }

    private Instant reached(int gateway, Instant now) {
        return isCutOff(gateway, now) ? Arrivals.START.plus(BACK_AT) : now;
    }

    private void at(Instant moment, Instant logged, Function<Instant, List<Move>> action) {
        events.add(new Event(moment, logged, eventCount++, action));
    }

    /// Retries may reach another gateway.
    private KeywheelStrategy of(Visit visit) {
        long mixed = (seed + visit.request().number() * 31L + visit.retries()) * 0x9E3779B97F4A7C15L;
        return gateways.get((int) Long.remainderUnsigned(mixed ^ (mixed >>> 32), gateways.size()));
    }

    @Override
    public List<Move> next(Visit visit, Instant now) {
        return of(visit).next(visit, now);
    }

    @Override
    public List<Move> answering(Visit visit, Key key, Instant now) {
        return of(visit).answering(visit, key, now);
    }

    @Override
    public List<Move> ended(Visit visit, Key key, Reply reply, Instant now) {
        return of(visit).ended(visit, key, reply, now);
    }

    @Override
    public Optional<Instant> nextWakeup() {
        Optional<Instant> waiting = gateways.stream()
                .flatMap(gateway -> gateway.nextWakeup().stream())
                .min(Comparator.naturalOrder());
        Event next = events.peek();
        return next == null || waiting.filter(next.at()::isAfter).isPresent() ? waiting : Optional.of(next.at());
    }

    @Override
    public List<Move> due(Instant now) {
        var moves = new ArrayList<Move>();
        while (!events.isEmpty() && !events.peek().at().isAfter(now)) {
            moves.addAll(events.remove().action().apply(now));
        }
        gateways.forEach(gateway -> moves.addAll(gateway.due(now)));
        return moves;
    }
}
