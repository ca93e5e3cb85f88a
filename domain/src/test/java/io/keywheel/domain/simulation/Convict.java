package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.Shortage;
import io.keywheel.domain.failover.Shortage.RestingKey;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.Terms;
import io.keywheel.domain.health.Wheel;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderProfile;
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
enum Convict {
    /// Plain round robin without memory.
    IGNORES_RESTS(Promise.ASKS_NO_RESTING_KEY, pool -> new Rotation.OfWheel(pool) {
        private final Wheel ignorant = new Wheel(pool);

        @Override
        public Choice choose(Journey journey, Instant now) {
            return ignorant.choose(journey, now);
        }
    }),

    ASKS_ITS_FAVOURITE_KEY_AGAIN(Promise.ASKS_NO_KEY_TWICE, pool -> new Rotation.OfWheel(pool) {
        @Override
        public Choice choose(Journey journey, Instant now) {
            return super.choose(Journey.begin(journey.route(), journey.terms(), journey.need()), now);
        }
    }),

    STAYS_WITH_WHO_FAILED(Promise.ASKS_WHAT_IS_READY_FIRST, pool -> new Rotation.OfWheel(pool) {
        @Override
        public Choice choose(Journey journey, Instant now) {
            if (!journey.atStart() && journey.route() instanceof Route.DefaultModels) {
                var last = journey.failed().getLast().target().provider();
                var there =
                        new Journey(new Route.DefaultModels(last), journey.terms(), journey.need(), journey.failed());
                if (!journey.isRefusedBy(last) && super.choose(there, now) instanceof Choice.Chosen chosen) {
                    return chosen;
                }
            }
            return super.choose(journey, now);
        }
    }),

    LETS_EVERYBODY_TRY(Promise.SENDS_ONE_TRIAL_AT_A_TIME, pool -> new Rotation.OfWheel(pool) {
        @Override
        public Choice choose(Journey journey, Instant now) {
            Choice choice = super.choose(journey, now);
            callOff(choice, journey, now);
            return choice;
        }
    }),

    /// Wakes a herd when a trial has succeeded.
    LETS_EVERYBODY_GO_AFTER_A_TRIAL(Promise.SENDS_NO_HERD, pool -> new Rotation.OfWheel(pool) {
        @Override
        public Choice choose(Journey journey, Instant now) {
            Choice choice = super.choose(journey, now);
            if (choice instanceof Choice.Chosen(var _, var trials) && trials.isEmpty()) {
                callOff(choice, journey, now);
            }
            return choice;
        }
    }),

    TRIES_WITHOUT_SAYING_SO(Promise.SENDS_ONE_TRIAL_AT_A_TIME, pool -> new Rotation.OfWheel(pool) {
        @Override
        public Choice choose(Journey journey, Instant now) {
            return super.choose(journey, now) instanceof Choice.Chosen(var target, var _)
                    ? new Choice.Chosen(target, Set.of())
                    : super.choose(journey, now);
        }
    }),

    /// A fixed count of retries.
    GIVES_UP_AFTER_TWO(Promise.TRIES_EVERY_READY_KEY, pool -> new Rotation.OfWheel(pool) {
        @Override
        public Choice choose(Journey journey, Instant now) {
            return journey.failed().size() < 2 ? super.choose(journey, now) : new Choice.NoneReady(null, null);
        }
    }),

    WAITS_A_MOMENT_TOO_LONG(Promise.NAMES_THE_EXACT_MOMENT, pool -> new Rotation.OfWheel(pool) {
        @Override
        public Choice choose(Journey journey, Instant now) {
            return super.choose(journey, now) instanceof Choice.NoneReady(var readyAt, var trialEnds) && readyAt != null
                    ? new Choice.NoneReady(readyAt.plusNanos(1), trialEnds)
                    : super.choose(journey, now);
        }
    }),

    CALLS_BACK_A_MOMENT_TOO_EARLY(Promise.NAMES_THE_EXACT_MOMENT, pool -> new Rotation.OfWheel(pool) {
        @Override
        public Shortage shortage(Journey journey, Instant now) {
            Shortage shortage = super.shortage(journey, now);
            return shortage.readyAt().isAfter(now)
                    ? new Shortage(shortage.resting(), shortage.readyAt().minusNanos(1))
                    : shortage;
        }
    }),

    NEVER_WAITS(Promise.WAITS_ONLY_FOR_WHAT_IS_WORTH_IT, pool -> new Rotation.OfWheel(pool) {
        @Override
        public Choice choose(Journey journey, Instant now) {
            Choice choice = super.choose(journey, now);
            return choice instanceof Choice.NoneReady ? new Choice.NoneReady(null, null) : choice;
        }
    }),

    HEEDS_NO_DEADLINE(Promise.ENDS_WHEN_IT_MUST, pool -> new Rotation.OfWheel(pool) {
        @Override
        public Step next(Journey journey, Instant now) {
            Terms terms = journey.terms();
            if (now.isBefore(terms.deadline())) {
                return super.next(journey, now);
            }
            Terms longer = new Terms(terms.fallback(), terms.maxAttempts(), now, now.plusSeconds(60));
            return super.next(new Journey(journey.route(), longer, journey.need(), journey.failed()), now);
        }
    }),

    STICKS_TO_ONE_KEY(Promise.SHARES_FAIRLY, pool -> new Rotation.OfWheel(pool) {
        private final Map<Route, Target> favourites = new HashMap<>();

        @Override
        public Choice choose(Journey journey, Instant now) {
            Choice choice = super.choose(journey, now);
            if (!journey.atStart() || !(choice instanceof Choice.Chosen(var target, var trials)) || !trials.isEmpty()) {
                return choice;
            }
            Target favourite = favourites.computeIfAbsent(journey.route(), _ -> target);
            return hasNeverFailed(favourite, now) ? new Choice.Chosen(favourite, Set.of()) : choice;
        }

        private boolean hasNeverFailed(Target target, Instant now) {
            return wheel.status(now).providers().stream()
                    .filter(provider -> provider.id().equals(target.provider()))
                    .flatMap(provider -> provider.keys().stream())
                    .filter(key -> key.key().equals(target.key()))
                    .allMatch(key -> key.tally().failures().isEmpty());
        }
    }),

    PUTS_WHO_COMES_BACK_LAST(Promise.USES_WHO_COMES_BACK, pool -> new Rotation.OfWheel(pool) {
        @Override
        public Choice choose(Journey journey, Instant now) {
            Choice choice = super.choose(journey, now);
            if (!journey.atStart() || !(choice instanceof Choice.Chosen(var _, var trials)) || trials.isEmpty()) {
                return choice;
            }
            callOff(choice, journey, now);
            return super.choose(journey, now);
        }
    }),

    FORGETS_EVERYTHING_WITH_EACH_ANSWER(Promise.REMEMBERS, pool -> new Rotation.OfWheel(pool) {
        private Wheel young = wheel;

        @Override
        public Choice choose(Journey journey, Instant now) {
            return young.choose(journey, now);
        }

        @Override
        public Shortage shortage(Journey journey, Instant now) {
            return young.shortage(journey, now);
        }

        @Override
        public void answered(Step.Attempt attempt, Allowance allowance, long spent, Instant now) {
            young = new Wheel(pool);
        }

        @Override
        public void failed(Step.Attempt attempt, Failure failure, long spent, Instant now, double chance) {
            young.failed(attempt, failure, spent, now, chance);
        }
    }),

    /// Takes an answer for a sign of now, and not of when it was asked for.
    BELIEVES_OLD_NEWS(Promise.REMEMBERS, pool -> new Rotation.OfWheel(pool) {
        @Override
        public void answered(Step.Attempt attempt, Allowance allowance, long spent, Instant now) {
            super.answered(attempt.begunAt(now), allowance, spent, now);
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
                    limited ? new Failure.RateLimited("limited", five, Allowance.UNKNOWN, null, true, 0) : failure,
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
                                    limited.allowance(),
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
                                    limited.allowance(),
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
        public void answered(Step.Attempt attempt, Allowance allowance, long spent, Instant now) {
            super.failed(attempt, new Failure.Cancelled(), spent, now, 0);
        }
    }),

    /// Takes all that a call may use for used.
    KEEPS_WHAT_IS_NOT_USED(Promise.GIVES_BACK_WHAT_IS_NOT_SPENT, pool -> new Rotation.OfWheel(pool) {
        @Override
        public void answered(Step.Attempt attempt, Allowance allowance, long spent, Instant now) {
            super.answered(attempt, allowance, Long.MAX_VALUE, now);
        }

        @Override
        public void failed(Step.Attempt attempt, Failure failure, long spent, Instant now, double chance) {
            super.failed(attempt, failure, Long.MAX_VALUE, now, chance);
        }
    }),

    /// Believes no provider to be back when it says so.
    RESTS_TEN_TIMES_AS_LONG(Promise.RESTS_NO_LONGER_THAN_ITS_PROVIDER_SAID, pool -> new Rotation.OfWheel(pool) {
        @Override
        public Shortage shortage(Journey journey, Instant now) {
            Shortage shortage = super.shortage(journey, now);
            return new Shortage(
                    shortage.resting().stream()
                            .map(rest -> new RestingKey(
                                    rest.key(),
                                    rest.reason(),
                                    rest.foreseen(),
                                    now.plus(Duration.between(now, rest.until()).multipliedBy(10))))
                            .toList(),
                    shortage.readyAt());
        }
    }),

    /// Never hears of a client that left that its key is free again.
    LOSES_A_KEY_WITH_EACH_CLIENT_THAT_LEAVES(Promise.ENDS_AS_IT_BEGAN, pool -> new Rotation.OfWheel(pool) {
        private final Set<KeySlot> lost = new HashSet<>();

        @Override
        public Choice choose(Journey journey, Instant now) {
            Choice choice = super.choose(journey, now);
            if (!(choice instanceof Choice.Chosen(var target, var _))
                    || !lost.contains(target.key().slot())) {
                return choice;
            }
            callOff(choice, journey, now);
            return new Choice.NoneReady(null, null);
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

    Convict(Promise broken, Function<List<ProviderProfile>, Rotation> rotations) {
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
