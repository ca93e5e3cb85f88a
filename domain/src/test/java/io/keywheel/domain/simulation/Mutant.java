package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
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
import io.keywheel.domain.routing.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// The wheel bent in one way, and the promise that is then broken.
@SuppressWarnings("ImmutableEnumChecker")
enum Mutant {
    /// Plain round robin without memory.
    IGNORES_RESTS(Promise.ASKS_NO_RESTING_KEY, pool -> new Rotation.OfWheel(pool) {
        private final KeyPool ignorant = new KeyPool(pool);

        @Override
        public KeySelection choose(RequestAttempts requestAttempts, Instant now) {
            return ignorant.choose(requestAttempts, now);
        }
    }),

    ASKS_ITS_FAVOURITE_KEY_AGAIN(Promise.ASKS_NO_KEY_TWICE, pool -> new Rotation.OfWheel(pool) {
        @Override
        public KeySelection choose(RequestAttempts requestAttempts, Instant now) {
            return super.choose(
                    RequestAttempts.begin(
                            requestAttempts.route(), requestAttempts.terms(), requestAttempts.estimatedTokens()),
                    now);
        }
    }),

    STAYS_WITH_WHO_FAILED(Promise.ASKS_WHAT_IS_READY_FIRST, pool -> new Rotation.OfWheel(pool) {
        @Override
        public KeySelection choose(RequestAttempts requestAttempts, Instant now) {
            if (!requestAttempts.atStart() && requestAttempts.route() instanceof Route.DefaultModels) {
                var last = requestAttempts.failed().getLast().target().provider();
                var there = new RequestAttempts(
                        new Route.DefaultModels(last),
                        requestAttempts.terms(),
                        requestAttempts.estimatedTokens(),
                        requestAttempts.failed());
                if (!requestAttempts.isRefusedBy(last)
                        && super.choose(there, now) instanceof KeySelection.Chosen chosen) {
                    return chosen;
                }
            }
            return super.choose(requestAttempts, now);
        }
    }),

    LETS_EVERYBODY_TRY(Promise.SENDS_ONE_TRIAL_AT_A_TIME, pool -> new Rotation.OfWheel(pool) {
        @Override
        public KeySelection choose(RequestAttempts requestAttempts, Instant now) {
            KeySelection keySelection = super.choose(requestAttempts, now);
            callOff(keySelection, requestAttempts, now);
            return keySelection;
        }
    }),

    /// Wakes a herd when a trial has succeeded.
    LETS_EVERYBODY_GO_AFTER_A_TRIAL(Promise.SENDS_NO_HERD, pool -> new Rotation.OfWheel(pool) {
        @Override
        public KeySelection choose(RequestAttempts requestAttempts, Instant now) {
            KeySelection keySelection = super.choose(requestAttempts, now);
            if (keySelection instanceof KeySelection.Chosen(var _, var trials) && trials.isEmpty()) {
                callOff(keySelection, requestAttempts, now);
            }
            return keySelection;
        }
    }),

    TRIES_WITHOUT_SAYING_SO(Promise.SENDS_ONE_TRIAL_AT_A_TIME, pool -> new Rotation.OfWheel(pool) {
        @Override
        public KeySelection choose(RequestAttempts requestAttempts, Instant now) {
            return super.choose(requestAttempts, now) instanceof KeySelection.Chosen(var target, var _)
                    ? new KeySelection.Chosen(target, Set.of())
                    : super.choose(requestAttempts, now);
        }
    }),

    /// A fixed count of retries.
    GIVES_UP_AFTER_TWO(Promise.TRIES_EVERY_READY_KEY, pool -> new Rotation.OfWheel(pool) {
        @Override
        public KeySelection choose(RequestAttempts requestAttempts, Instant now) {
            return requestAttempts.failed().size() < 2
                    ? super.choose(requestAttempts, now)
                    : new KeySelection.NoneReady(null, null);
        }
    }),

    WAITS_A_MOMENT_TOO_LONG(Promise.NAMES_THE_EXACT_MOMENT, pool -> new Rotation.OfWheel(pool) {
        @Override
        public KeySelection choose(RequestAttempts requestAttempts, Instant now) {
            return super.choose(requestAttempts, now) instanceof KeySelection.NoneReady(var readyAt, var probeEnds)
                            && readyAt != null
                    ? new KeySelection.NoneReady(readyAt.plusNanos(1), probeEnds)
                    : super.choose(requestAttempts, now);
        }
    }),

    CALLS_BACK_A_MOMENT_TOO_EARLY(Promise.NAMES_THE_EXACT_MOMENT, pool -> new Rotation.OfWheel(pool) {
        @Override
        public Unavailability shortage(RequestAttempts requestAttempts, Instant now) {
            Unavailability unavailability = super.shortage(requestAttempts, now);
            return unavailability.readyAt().isAfter(now)
                    ? new Unavailability(
                            unavailability.cooling(), unavailability.readyAt().minusNanos(1))
                    : unavailability;
        }
    }),

    NEVER_WAITS(Promise.WAITS_ONLY_FOR_WHAT_IS_WORTH_IT, pool -> new Rotation.OfWheel(pool) {
        @Override
        public KeySelection choose(RequestAttempts requestAttempts, Instant now) {
            KeySelection keySelection = super.choose(requestAttempts, now);
            return keySelection instanceof KeySelection.NoneReady
                    ? new KeySelection.NoneReady(null, null)
                    : keySelection;
        }
    }),

    HEEDS_NO_DEADLINE(Promise.ENDS_WHEN_IT_MUST, pool -> new Rotation.OfWheel(pool) {
        @Override
        public Step next(RequestAttempts requestAttempts, Instant now) {
            RequestTerms requestTerms = requestAttempts.terms();
            if (now.isBefore(requestTerms.deadline())) {
                return super.next(requestAttempts, now);
            }
            RequestTerms longer =
                    new RequestTerms(requestTerms.fallback(), requestTerms.maxAttempts(), now, now.plusSeconds(60));
            return super.next(
                    new RequestAttempts(
                            requestAttempts.route(),
                            longer,
                            requestAttempts.estimatedTokens(),
                            requestAttempts.failed()),
                    now);
        }
    }),

    STICKS_TO_ONE_KEY(Promise.SHARES_FAIRLY, pool -> new Rotation.OfWheel(pool) {
        private final Map<Route, Target> favourites = new HashMap<>();

        @Override
        public KeySelection choose(RequestAttempts requestAttempts, Instant now) {
            KeySelection keySelection = super.choose(requestAttempts, now);
            if (!requestAttempts.atStart()
                    || !(keySelection instanceof KeySelection.Chosen(var target, var trials))
                    || !trials.isEmpty()) {
                return keySelection;
            }
            Target favourite = favourites.computeIfAbsent(requestAttempts.route(), _ -> target);
            return hasNeverFailed(favourite, now) ? new KeySelection.Chosen(favourite, Set.of()) : keySelection;
        }

        private boolean hasNeverFailed(Target target, Instant now) {
            return keyPool.status(now).providers().stream()
                    .filter(provider -> provider.id().equals(target.provider()))
                    .flatMap(provider -> provider.keys().stream())
                    .filter(key -> key.key().equals(target.key()))
                    .allMatch(key -> key.tally().failures().isEmpty());
        }
    }),

    PUTS_WHO_COMES_BACK_LAST(Promise.USES_WHO_COMES_BACK, pool -> new Rotation.OfWheel(pool) {
        @Override
        public KeySelection choose(RequestAttempts requestAttempts, Instant now) {
            KeySelection keySelection = super.choose(requestAttempts, now);
            if (!requestAttempts.atStart()
                    || !(keySelection instanceof KeySelection.Chosen(var _, var trials))
                    || trials.isEmpty()) {
                return keySelection;
            }
            callOff(keySelection, requestAttempts, now);
            return super.choose(requestAttempts, now);
        }
    }),

    FORGETS_EVERYTHING_WITH_EACH_ANSWER(Promise.REMEMBERS, pool -> new Rotation.OfWheel(pool) {
        private KeyPool young = keyPool;

        @Override
        public KeySelection choose(RequestAttempts requestAttempts, Instant now) {
            return young.choose(requestAttempts, now);
        }

        @Override
        public Unavailability shortage(RequestAttempts requestAttempts, Instant now) {
            return young.shortage(requestAttempts, now);
        }

        @Override
        public void answered(Step.Attempt attempt, RateLimitStatus rateLimitStatus, long spent, Instant now) {
            young = new KeyPool(pool);
        }

        @Override
        public void failed(Step.Attempt attempt, Failure failure, long spent, Instant now, double chance) {
            young.failed(attempt, failure, spent, now, chance);
        }
    }),

    /// Takes an answer for a sign of now, and not of when it was asked for.
    BELIEVES_OLD_NEWS(Promise.REMEMBERS, pool -> new Rotation.OfWheel(pool) {
        @Override
        public void answered(Step.Attempt attempt, RateLimitStatus rateLimitStatus, long spent, Instant now) {
            super.answered(attempt.begunAt(now), rateLimitStatus, spent, now);
        }
    }),

    /// Cools every key for the same time, whatever the upstream said.
    COOLS_FOR_FIVE_SECONDS(Promise.REMEMBERS, pool -> new Rotation.OfWheel(pool) {
        @Override
        public void failed(Step.Attempt attempt, Failure failure, long spent, Instant now, double chance) {
            boolean limited = failure instanceof Failure.RateLimited;
            Duration five = Duration.ofSeconds(5);
            super.failed(
                    attempt,
                    limited
                            ? new Failure.RateLimited("limited", five, RateLimitStatus.UNKNOWN, null, true, 0)
                            : failure,
                    spent,
                    now,
                    chance);
        }
    }),

    /// Takes what the settings say of groups for granted.
    HEEDS_NO_ORGANISATION(Promise.REMEMBERS, pool -> new Rotation.OfWheel(pool) {
        @Override
        public void failed(Step.Attempt attempt, Failure failure, long spent, Instant now, double chance) {
            super.failed(
                    attempt,
                    failure instanceof Failure.RateLimited limited
                            ? new Failure.RateLimited(
                                    limited.message(),
                                    limited.retryAfter(),
                                    limited.status(),
                                    null,
                                    limited.shown(),
                                    limited.requested())
                            : failure,
                    spent,
                    now,
                    chance);
        }
    }),

    /// Has each key find out for itself that this host is limited.
    BLAMES_THE_KEYS_FOR_THIS_HOST(Promise.FORGETS_WHAT_IS_DISPROVED, pool -> new Rotation.OfWheel(pool) {
        @Override
        public void failed(Step.Attempt attempt, Failure failure, long spent, Instant now, double chance) {
            super.failed(
                    attempt,
                    failure instanceof Failure.RateLimited limited
                            ? new Failure.RateLimited(
                                    limited.message(),
                                    limited.retryAfter(),
                                    limited.status(),
                                    limited.organisation(),
                                    true,
                                    limited.requested())
                            : failure,
                    spent,
                    now,
                    chance);
        }
    }),

    FORGIVES_NOTHING(Promise.FORGETS_WHAT_IS_DISPROVED, pool -> new Rotation.OfWheel(pool) {
        @Override
        public void answering(Step.Attempt attempt, Instant now) {}

        @Override
        public void answered(Step.Attempt attempt, RateLimitStatus rateLimitStatus, long spent, Instant now) {
            super.failed(attempt, new Failure.Cancelled(), spent, now, 0);
        }
    }),

    /// Takes all that a call may use for used.
    KEEPS_WHAT_IS_NOT_USED(Promise.GIVES_BACK_WHAT_IS_NOT_SPENT, pool -> new Rotation.OfWheel(pool) {
        @Override
        public void answered(Step.Attempt attempt, RateLimitStatus rateLimitStatus, long spent, Instant now) {
            super.answered(attempt, rateLimitStatus, Long.MAX_VALUE, now);
        }

        @Override
        public void failed(Step.Attempt attempt, Failure failure, long spent, Instant now, double chance) {
            super.failed(attempt, failure, Long.MAX_VALUE, now, chance);
        }
    }),

    /// Believes no provider to be back when it says so.
    RESTS_TEN_TIMES_AS_LONG(Promise.RESTS_NO_LONGER_THAN_ITS_PROVIDER_SAID, pool -> new Rotation.OfWheel(pool) {
        @Override
        public Unavailability shortage(RequestAttempts requestAttempts, Instant now) {
            Unavailability unavailability = super.shortage(requestAttempts, now);
            return new Unavailability(
                    unavailability.cooling().stream()
                            .map(rest -> new CoolingKey(
                                    rest.key(),
                                    rest.reason(),
                                    rest.foreseen(),
                                    now.plus(Duration.between(now, rest.until()).multipliedBy(10))))
                            .toList(),
                    unavailability.readyAt());
        }
    }),

    /// Never hears of a client that left that its key is free again.
    LOSES_A_KEY_WITH_EACH_CLIENT_THAT_LEAVES(Promise.ENDS_AS_IT_BEGAN, pool -> new Rotation.OfWheel(pool) {
        private final Set<KeySlot> lost = new HashSet<>();

        @Override
        public KeySelection choose(RequestAttempts requestAttempts, Instant now) {
            KeySelection keySelection = super.choose(requestAttempts, now);
            if (!(keySelection instanceof KeySelection.Chosen(var target, var _))
                    || !lost.contains(target.key().slot())) {
                return keySelection;
            }
            callOff(keySelection, requestAttempts, now);
            return new KeySelection.NoneReady(null, null);
        }

        @Override
        public void failed(Step.Attempt attempt, Failure failure, long spent, Instant now, double chance) {
            super.failed(attempt, failure, spent, now, chance);
            if (failure instanceof Failure.Cancelled) {
                lost.add(attempt.target().key().slot());
            }
        }
    });

    private final Promise broken;
    private final Function<List<ProviderProfile>, Rotation> rotations;

    Mutant(Promise broken, Function<List<ProviderProfile>, Rotation> rotations) {
        this.broken = broken;
        this.rotations = rotations;
    }

    /// The promise that it breaks.
    Promise broken() {
        return broken;
    }

    Rotation of(List<ProviderProfile> pool) {
        return rotations.apply(pool);
    }
}
