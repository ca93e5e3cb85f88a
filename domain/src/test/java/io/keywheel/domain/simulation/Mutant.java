package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelector;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.RequestTerms;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.rotation.KeyPool;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.Target;
import io.keywheel.domain.routing.VirtualModels;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The rotation with one fault each, and the invariant that the fault violates.
enum Mutant {
    IGNORES_COOLDOWNS(Invariant.ASKS_NO_COOLING_KEY, pool -> new Rotation(pool) {
        private final KeyPool ignorant = new KeyPool(pool, VirtualModels.NONE, false);

        @Override
        public KeySelector.Selection choose(RequestAttempts requestAttempts, Instant now) {
            return ignorant.choose(requestAttempts, now);
        }
    }),

    FORGETS_WHICH_KEYS_WERE_ASKED(
            Invariant.ASKS_NO_KEY_TWICE,
            choosing((keys, attempts, now) -> keys.choose(with(attempts, attempts.route(), List.of()), now))),

    STAYS_WITH_THE_PROVIDER_THAT_FAILED(Invariant.PREFERS_READY_KEYS, choosing((keys, attempts, now) -> {
        if (!attempts.atStart() && attempts.route().equals(Route.AUTO)) {
            var last = attempts.failed().getLast().target();
            var there = with(attempts, Route.to(RouteTarget.ofDefaultModel(last.provider())), attempts.failed());
            if (!attempts.isRefusedBy(last.provider(), last.model())
                    && keys.choose(there, now) instanceof Step.Attempt chosen) {
                return chosen;
            }
        }
        return keys.choose(attempts, now);
    })),

    ASKS_THE_LAST_TIER_FIRST(Invariant.PREFERS_READY_KEYS, choosing((keys, attempts, now) -> {
        var reversed = new Route(attempts.route().tiers().reversed());
        return keys.choose(with(attempts, reversed, attempts.failed()), now);
    })),

    ASKS_LIMITED_KEYS_AGAIN_WITHOUT_WAITING(Invariant.ASKS_NO_KEY_TWICE, choosing((keys, attempts, now) -> {
        List<FailedAttempt> others = attempts.failed().stream()
                .filter(attempt -> !(attempt.failure() instanceof Failure.RateLimited))
                .toList();
        return keys.choose(with(attempts, attempts.route(), others), now);
    })),

    PROBES_WITH_EVERY_REQUEST(Invariant.SENDS_ONE_PROBE_AT_A_TIME, choosing((keys, attempts, now) -> {
        KeySelector.Selection keySelection = keys.choose(attempts, now);
        cancel(keys, keySelection, now);
        return keySelection;
    })),

    COUNTS_NO_CALLS_IN_FLIGHT(Invariant.LIMITS_IN_FLIGHT_CALLS, choosing((keys, attempts, now) -> {
        KeySelector.Selection keySelection = keys.choose(attempts, now);
        if (keySelection instanceof Step.Attempt attempt && attempt.probes().isEmpty()) {
            cancel(keys, keySelection, now);
        }
        return keySelection;
    })),

    GIVES_UP_AFTER_TWO_ATTEMPTS(
            Invariant.TRIES_EVERY_READY_KEY,
            choosing((keys, attempts, now) ->
                    attempts.failed().size() < 2 ? keys.choose(attempts, now) : new KeySelector.NoneReady(null, null))),

    WAITS_A_NANOSECOND_TOO_LONG(Invariant.NAMES_THE_EXACT_TIME, choosing((keys, attempts, now) -> {
        KeySelector.Selection keySelection = keys.choose(attempts, now);
        return keySelection instanceof KeySelector.NoneReady(var readyAt, var probeEnds) && readyAt != null
                ? new KeySelector.NoneReady(readyAt.plusNanos(1), probeEnds)
                : keySelection;
    })),

    NEVER_WAITS(Invariant.WAITS_ONLY_WHERE_IT_CAN_HELP, choosing((keys, attempts, now) -> {
        KeySelector.Selection keySelection = keys.choose(attempts, now);
        return keySelection instanceof KeySelector.NoneReady ? new KeySelector.NoneReady(null, null) : keySelection;
    })),

    IGNORES_DEADLINES(Invariant.ENDS_ON_TIME, pool -> new Rotation(pool) {
        @Override
        Step next(RequestAttempts requestAttempts, Instant now) {
            RequestTerms terms = requestAttempts.terms();
            if (now.isBefore(terms.deadline())) {
                return super.next(requestAttempts, now);
            }
            var longer = new RequestTerms(terms.fallback(), terms.maxAttempts(), now, now.plusSeconds(60));
            return super.next(
                    new RequestAttempts(
                            requestAttempts.route(),
                            longer,
                            requestAttempts.estimate(),
                            requestAttempts.failed(),
                            0,
                            Set.of()),
                    now);
        }
    }),

    FORGETS_CONVERSATIONS(
            Invariant.KEEPS_CONVERSATIONS,
            choosing((keys, attempts, now) -> keys.choose(attempts.inConversation(0), now))),

    STICKS_TO_ONE_KEY(Invariant.SHARES_FAIRLY, pool -> new Rotation(pool) {
        private final Map<Route, Target> favourites = new HashMap<>();

        @Override
        public KeySelector.Selection choose(RequestAttempts requestAttempts, Instant now) {
            KeySelector.Selection keySelection = super.choose(requestAttempts, now);
            if (!requestAttempts.atStart()
                    || !(keySelection instanceof Step.Attempt attempt)
                    || !attempt.probes().isEmpty()) {
                return keySelection;
            }
            Target favourite = favourites.computeIfAbsent(requestAttempts.route(), _ -> attempt.target());
            return hasNeverFailed(favourite, now)
                    ? new Step.Attempt(favourite, Set.of(), now, attempt.estimatedTokens(), 0)
                    : keySelection;
        }

        private boolean hasNeverFailed(Target target, Instant now) {
            return keyPool.status(now, Duration.ZERO, true).providers().stream()
                    .filter(provider -> provider.id().equals(target.provider()))
                    .flatMap(provider -> provider.keys().stream())
                    .filter(key -> key.key().equals(target.key()))
                    .allMatch(key -> key.tally().failures().isEmpty());
        }
    }),

    /// Dates an answer by its arrival instead of its start.
    LETS_LATE_ANSWERS_END_NEW_COOLDOWNS(Invariant.REMEMBERS_COOLDOWNS, pool -> new Rotation(pool) {
        @Override
        void answered(Step.Attempt attempt, RateLimitStatus rateLimitStatus, long spent, Instant now) {
            super.answered(attempt.begunAt(now), rateLimitStatus, spent, now);
        }
    }),

    IGNORES_RETRY_AFTER(
            Invariant.REMEMBERS_COOLDOWNS,
            failing(failure -> failure instanceof Failure.RateLimited
                    ? new Failure.RateLimited("limited", Duration.ofSeconds(5), RateLimitStatus.UNKNOWN, null, true, 0)
                    : failure)),

    IGNORES_ORGANISATIONS(Invariant.REMEMBERS_COOLDOWNS, failing(failure -> with(failure, null, false))),

    TAKES_HOST_THROTTLING_FOR_LIMITS_OF_KEYS(
            Invariant.FORGETS_WHAT_IS_DISPROVED,
            failing(failure -> with(
                    failure, failure instanceof Failure.RateLimited limited ? limited.organisation() : null, true))),

    LETS_NO_ANSWER_END_A_COOLDOWN(Invariant.FORGETS_WHAT_IS_DISPROVED, pool -> new Rotation(pool) {
        @Override
        void answering(Step.Attempt attempt, Instant now) {}

        @Override
        void answered(Step.Attempt attempt, RateLimitStatus rateLimitStatus, long spent, Instant now) {
            super.failed(attempt, new Failure.Cancelled(), spent, now, 0);
        }
    }),

    KEEPS_UNUSED_TOKENS(Invariant.RETURNS_UNUSED_TOKENS, pool -> new Rotation(pool) {
        @Override
        void answered(Step.Attempt attempt, RateLimitStatus rateLimitStatus, long spent, Instant now) {
            super.answered(attempt, rateLimitStatus, Long.MAX_VALUE, now);
        }

        @Override
        void failed(Step.Attempt attempt, Failure failure, long spent, Instant now, double chance) {
            super.failed(attempt, failure, Long.MAX_VALUE, now, chance);
        }
    }),

    COOLS_TEN_TIMES_AS_LONG(Invariant.BOUNDS_COOLDOWNS, pool -> new Rotation(pool) {
        @Override
        public Unavailability unavailability(RequestAttempts requestAttempts, Instant now) {
            Unavailability unavailability = super.unavailability(requestAttempts, now);
            return new Unavailability(
                    unavailability.cooling().stream()
                            .map(one -> new CoolingKey(
                                    one.key(),
                                    one.model(),
                                    one.reason(),
                                    one.foreseen(),
                                    now.plus(Duration.between(now, one.until()).multipliedBy(10))))
                            .toList(),
                    unavailability.more(),
                    unavailability.reasons(),
                    unavailability.readyAt());
        }
    }),

    LOSES_A_KEY_WITH_EACH_CANCELLED_CALL(Invariant.RECOVERS_COMPLETELY, pool -> new Rotation(pool) {
        private final Set<KeySlot> lost = new HashSet<>();

        @Override
        public KeySelector.Selection choose(RequestAttempts requestAttempts, Instant now) {
            KeySelector.Selection keySelection = super.choose(requestAttempts, now);
            if (!(keySelection instanceof Step.Attempt attempt)
                    || !lost.contains(attempt.target().key().slot())) {
                return keySelection;
            }
            cancel(keyPool, keySelection, now);
            return new KeySelector.NoneReady(null, null);
        }

        @Override
        void failed(Step.Attempt attempt, Failure failure, long spent, Instant now, double chance) {
            super.failed(attempt, failure, spent, now, chance);
            if (failure instanceof Failure.Cancelled) {
                lost.add(attempt.target().key().slot());
            }
        }
    });

    private final Invariant violated;
    private final Function<List<ProviderProfile>, Rotation> rotations;

    Mutant(Invariant violated, Function<List<ProviderProfile>, Rotation> rotations) {
        this.violated = violated;
        this.rotations = rotations;
    }

    Invariant violated() {
        return violated;
    }

    Rotation of(List<ProviderProfile> pool) {
        return rotations.apply(pool);
    }

    private interface Choice {
        KeySelector.Selection choose(KeyPool keys, RequestAttempts attempts, Instant now);
    }

    private static Function<List<ProviderProfile>, Rotation> choosing(Choice choice) {
        return pool -> new Rotation(pool) {
            @Override
            public KeySelector.Selection choose(RequestAttempts attempts, Instant now) {
                return choice.choose(keyPool, attempts, now);
            }
        };
    }

    private static Function<List<ProviderProfile>, Rotation> failing(UnaryOperator<Failure> replaced) {
        return pool -> new Rotation(pool) {
            @Override
            void failed(Step.Attempt attempt, Failure failure, long spent, Instant now, double chance) {
                super.failed(attempt, replaced.apply(failure), spent, now, chance);
            }
        };
    }

    private static RequestAttempts with(RequestAttempts requestAttempts, Route route, List<FailedAttempt> failed) {
        return new RequestAttempts(route, requestAttempts.terms(), requestAttempts.estimate(), failed, 0, Set.of());
    }

    private static Failure with(Failure failure, @Nullable String organisation, boolean shown) {
        return failure instanceof Failure.RateLimited limited
                ? new Failure.RateLimited(
                        limited.message(),
                        limited.retryAfter(),
                        limited.status(),
                        organisation,
                        shown || limited.showsOwnLimit(),
                        limited.requestedTokens())
                : failure;
    }

    /// Ends the probes of an unused selection.
    private static void cancel(KeyPool keys, KeySelector.Selection keySelection, Instant now) {
        if (keySelection instanceof Step.Attempt attempt) {
            keys.failed(attempt, null, new Failure.Cancelled(), 0, now, 0);
        }
    }
}
