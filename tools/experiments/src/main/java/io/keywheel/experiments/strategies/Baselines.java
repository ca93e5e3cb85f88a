package io.keywheel.experiments.strategies;

import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.experiments.simulation.Key;
import io.keywheel.experiments.simulation.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/// The strategies that Keywheel is compared with.
public final class Baselines {

    private Baselines() {}

    /// Each call takes the next key, regardless of earlier failures.
    public static Strategy roundRobin(List<Key> keys, int attempts) {
        var next = new AtomicInteger();
        return choosing(attempts, _ -> keys.get(next.getAndIncrement() % keys.size()));
    }

    /// Each call draws a key that this request has not tried, with equal weights; no memory between requests.
    public static Strategy weightedRandom(List<Key> keys, Random random) {
        return choosing(keys.size(), visit -> {
            List<Key> left =
                    keys.stream().filter(key -> !visit.tried().contains(key)).toList();
            return left.get(random.nextInt(left.size()));
        });
    }

    /// Each call takes the key that the hash of its conversation selects, and the next key after a failure; no
    /// memory.
    public static Strategy conversationHash(List<Key> keys) {
        return choosing(keys.size(), visit -> {
            long hash = (visit.request().conversation() * 0x9e3779b97f4a7c15L) >>> 33;
            return keys.get((int) ((hash + visit.tried().size()) % keys.size()));
        });
    }

    private static Strategy choosing(int attempts, Function<Visit, Key> choice) {
        return (visit, _) -> List.of(
                visit.tried().size() >= attempts
                        ? new Move.Refuse(visit, null)
                        : new Move.Ask(visit, choice.apply(visit)));
    }

    /// Each call takes the same key until a call with it fails, and then the next key.
    public static Strategy sticky(List<Key> keys) {
        var current = new AtomicInteger();
        Strategy choosing = choosing(keys.size(), _ -> keys.get(current.get()));
        return new Strategy() {
            @Override
            public List<Move> next(Visit visit, Instant now) {
                return choosing.next(visit, now);
            }

            @Override
            public List<Move> ended(Visit visit, Key key, Reply reply, Instant now) {
                if (reply instanceof Reply.Failed && key.equals(keys.get(current.get()))) {
                    current.set((current.get() + 1) % keys.size());
                }
                return List.of();
            }
        };
    }

    /// Round robin that skips a failed key for a fixed time.
    public static Strategy cooldown(List<Key> keys, int attempts, Duration time) {
        return new Cooldown(keys, attempts, _ -> time);
    }

    /// As [#cooldown], for the longest reset in the headers of the 429.
    public static Strategy maximumReset(List<Key> keys) {
        return byReset(keys, BinaryOperator.maxBy(Comparator.naturalOrder()));
    }

    /// As [#cooldown], for the shortest reset in the headers of the 429.
    public static Strategy minimumReset(List<Key> keys) {
        return byReset(keys, BinaryOperator.minBy(Comparator.naturalOrder()));
    }

    private static Strategy byReset(List<Key> keys, BinaryOperator<Duration> which) {
        return new Cooldown(
                keys,
                keys.size(),
                headers -> headers.buckets().stream()
                        .map(RateLimitStatus.Bucket::reset)
                        .reduce(which)
                        // No header reports a limit, for example after a refused connection.
                        .orElse(Duration.ofSeconds(5)));
    }

    private static final class Cooldown implements Strategy {

        private final List<Key> keys;
        private final int attempts;
        private final Function<RateLimitStatus, Duration> time;
        private final Map<Key, Instant> coolsUntil = new HashMap<>();
        private int next;

        private Cooldown(List<Key> keys, int attempts, Function<RateLimitStatus, Duration> time) {
            this.keys = keys;
            this.attempts = attempts;
            this.time = time;
        }

        @Override
        public List<Move> next(Visit visit, Instant now) {
            if (visit.tried().size() >= attempts) {
                return List.of(new Move.Refuse(visit, null));
            }
            for (int i = 0; i < keys.size(); i++) {
                Key key = keys.get(next);
                next = (next + 1) % keys.size();
                if (!now.isBefore(coolsUntil.getOrDefault(key, Instant.MIN))
                        && !visit.tried().contains(key)) {
                    return List.of(new Move.Ask(visit, key));
                }
            }
            return List.of(new Move.Refuse(
                    visit, coolsUntil.values().stream().min(Instant::compareTo).orElse(null)));
        }

        @Override
        public List<Move> ended(Visit visit, Key key, Reply reply, Instant now) {
            if (reply instanceof Reply.Failed) {
                coolsUntil.put(key, now.plus(time.apply(reply.headers())));
            }
            return List.of();
        }
    }
}
