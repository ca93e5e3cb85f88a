package io.keywheel.experiments;

import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/// Round robin that skips a failed key for a while.
final class Cooldown implements Strategy {

    /// Where no header reports a limit, as after a refused connection.
    private static final Duration WITHOUT_HEADERS = Duration.ofSeconds(5);

    private final List<Key> keys;
    private final int attempts;
    private final Function<RateLimitStatus, Duration> time;
    private final Map<Key, Instant> coolsUntil = new HashMap<>();
    private int next;

    /// @param attempts the most for one request
    /// @param time of the cooldown after a reply with those headers
    private Cooldown(List<Key> keys, int attempts, Function<RateLimitStatus, Duration> time) {
        this.keys = keys;
        this.attempts = attempts;
        this.time = time;
    }

    static Cooldown fixed(List<Key> keys, int attempts, Duration time) {
        return new Cooldown(keys, attempts, _ -> time);
    }

    /// By the longest reset in the headers of the 429.
    static Cooldown byMaximumReset(List<Key> keys) {
        return byReset(keys, BinaryOperator.maxBy(Comparator.naturalOrder()));
    }

    /// By the shortest reset in the headers of the 429.
    static Cooldown byMinimumReset(List<Key> keys) {
        return byReset(keys, BinaryOperator.minBy(Comparator.naturalOrder()));
    }

    private static Cooldown byReset(List<Key> keys, BinaryOperator<Duration> which) {
        return new Cooldown(
                keys,
                keys.size(),
                headers -> headers.buckets().stream()
                        .map(RateLimitStatus.Bucket::reset)
                        .reduce(which)
                        .orElse(WITHOUT_HEADERS));
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
