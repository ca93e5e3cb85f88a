package io.keywheel.domain.client;

import io.keywheel.domain.client.Reservation.LimitState;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The usage of one client, and its limits. Thread-safe.
///
/// A request reserves its estimated tokens, and settles with the used ones. A minute is any 60 seconds. A day is
/// one of UTC; if the wall clock is set back by less than a day, the day stays the same.
public final class ClientBudget {

    /// The retry time for concurrent requests: a running request may end at any time.
    private static final Duration CONCURRENCY_RETRY_AFTER = Duration.ofSeconds(1);

    /// More tokens than any model answers with; sums of a day do not overflow.
    private static final long MOST_TOKENS = 1L << 40;

    private final SlidingMinute requests = new SlidingMinute();
    private final SlidingMinute tokens = new SlidingMinute();
    private ClientRule rule;
    private long day = Long.MIN_VALUE;
    private long requestsToday;
    private long tokensToday;
    private long running;

    public ClientBudget(ClientRule rule) {
        this.rule = rule;
    }

    /// Adds what the client used before on the day of `wallTime`.
    public synchronized void restore(long requests, long tokens, Instant wallTime) {
        startDay(wallTime);
        requestsToday += Math.clamp(requests, 0, ClientLimit.MOST);
        tokensToday += Math.clamp(tokens, 0, ClientLimit.MOST);
    }

    /// Replaces the limits of the client. What it has used still counts.
    public synchronized void change(ClientRule changed) {
        rule = changed;
    }

    /// @param estimate of the request's tokens
    /// @param wallTime determines the day
    public synchronized BudgetCheck reserve(long estimate, Instant now, Instant wallTime) {
        long need = Math.clamp(estimate, 0, MOST_TOKENS);
        startDay(wallTime);
        ClientLimit limiting = null;
        Duration longest = Duration.ZERO;
        for (Map.Entry<ClientLimit, Long> entry : rule.limits().entrySet()) {
            ClientLimit limit = entry.getKey();
            long most = entry.getValue();
            if (limit.isOfTokens() && need > most) {
                return refused(limit, null, now);
            }
            Duration wait = wait(limit, most - (limit.isOfTokens() ? need : 1), now, wallTime);
            if (wait.compareTo(longest) > 0) {
                longest = wait;
                limiting = limit;
            }
        }
        return limiting == null ? passed(need, now) : refused(limiting, longest, now);
    }

    private BudgetCheck refused(ClientLimit limit, @Nullable Duration retryAfter, Instant now) {
        long most = Objects.requireNonNull(rule.limits().get(limit));
        long used = limit == ClientLimit.TOKENS_PER_DAY ? tokensToday : tokens.used(now);
        // Limits of requests refuse only at 0.
        long remaining = limit.isOfTokens() ? Math.max(0, most - used) : 0;
        return new BudgetCheck.Refused(limit, most, remaining, retryAfter, limitStates(now));
    }

    private BudgetCheck passed(long need, Instant now) {
        SlidingMinute.Entry request = requests.add(1, now);
        SlidingMinute.Entry entry = tokens.add(need, now);
        requestsToday++;
        tokensToday += need;
        running++;
        return new Reservation(request, entry, need, day, limitStates(now));
    }

    private Map<ClientLimit, LimitState> limitStates(Instant now) {
        var limitStates = new EnumMap<ClientLimit, LimitState>(ClientLimit.class);
        putState(limitStates, ClientLimit.REQUESTS_PER_MINUTE, requests, now);
        putState(limitStates, ClientLimit.TOKENS_PER_MINUTE, tokens, now);
        return limitStates;
    }

    private void putState(
            Map<ClientLimit, LimitState> limitStates, ClientLimit limit, SlidingMinute minute, Instant now) {
        Long most = rule.limits().get(limit);
        if (most != null) {
            long remaining = Math.max(0, most - minute.used(now));
            limitStates.put(limit, new LimitState(most, remaining, minute.untilEmpty(now)));
        }
    }

    private Duration wait(ClientLimit limit, long most, Instant now, Instant wallTime) {
        return switch (limit) {
            case REQUESTS_PER_MINUTE -> requests.untilAtMost(most, now);
            case TOKENS_PER_MINUTE -> tokens.untilAtMost(most, now);
            case REQUESTS_PER_DAY -> requestsToday > most ? untilNextDay(wallTime) : Duration.ZERO;
            case TOKENS_PER_DAY -> tokensToday > most ? untilNextDay(wallTime) : Duration.ZERO;
            case CONCURRENT_REQUESTS -> running > most ? CONCURRENCY_RETRY_AFTER : Duration.ZERO;
        };
    }

    private Duration untilNextDay(Instant wallTime) {
        return Duration.between(
                wallTime,
                LocalDate.ofEpochDay(day + 1).atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    /// Adds usage of the client at another gateway. Requests that are running there do not count as running here.
    ///
    /// @param moreTokens negative to correct an earlier count that was too high
    /// @param at since when it counts
    /// @param wallTime of `at`
    public synchronized void usedElsewhere(
            long moreRequests, long moreTokens, Instant at, Instant now, Instant wallTime) {
        long calls = Math.clamp(moreRequests, -MOST_TOKENS, MOST_TOKENS);
        long amount = Math.clamp(moreTokens, -MOST_TOKENS, MOST_TOKENS);
        requests.addEarlier(calls, at, now);
        tokens.addEarlier(amount, at, now);
        // Usage of an earlier day may arrive late.
        if (dayOf(wallTime) >= day) {
            startDay(wallTime);
            requestsToday = Math.max(0, requestsToday + calls);
            tokensToday = Math.max(0, tokensToday + amount);
        }
    }

    /// Replaces the reserved tokens by the used ones. Each reservation is settled or withdrawn once.
    ///
    /// @return how many tokens more were used than reserved; negative for less
    public synchronized long settle(Reservation reservation, long used, Instant now, Instant wallTime) {
        running--;
        startDay(wallTime);
        long more = Math.clamp(used, 0, MOST_TOKENS) - reservation.tokens;
        if (more > 0) {
            tokens.add(more, now);
            tokensToday += more;
            return more;
        }
        tokens.refund(reservation.tokensEntry, -more);
        if (reservation.day == day) {
            tokensToday += more;
        }
        return more;
    }

    private static long dayOf(Instant wallTime) {
        return Math.floorDiv(wallTime.getEpochSecond(), Duration.ofDays(1).toSeconds());
    }

    /// Removes the reservation of a request that the gateway itself refuses, so that the request does not count.
    ///
    /// @return as [#settle]
    public synchronized long withdraw(Reservation reservation, Instant now, Instant wallTime) {
        long more = settle(reservation, 0, now, wallTime);
        requests.refund(reservation.requestEntry, 1);
        if (reservation.day == day) {
            requestsToday--;
        }
        return more;
    }

    private void startDay(Instant wallTime) {
        long today = dayOf(wallTime);
        if (today > day || today < day - 1) {
            day = today;
            requestsToday = 0;
            tokensToday = 0;
        }
    }
}
