package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.simulation.Promise.Violation;
import io.keywheel.domain.simulation.Scenario.Fate;
import io.keywheel.domain.simulation.Scenario.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/// Makes the scenario of a failure smaller for as long as the same promise is still broken.
final class Shrinker {

    private final Function<List<ProviderProfile>, Rotation> rotations;
    private final Promise broken;
    private Scenario smallest;

    private Shrinker(Scenario scenario, Function<List<ProviderProfile>, Rotation> rotations, Promise broken) {
        this.smallest = scenario;
        this.rotations = rotations;
        this.broken = broken;
    }

    /// The smallest scenario found in which a promise is broken as in `scenario`.
    static Scenario shrink(
            Scenario scenario, Function<List<ProviderProfile>, Rotation> rotations, Violation violation) {
        var shrinker = new Shrinker(scenario, rotations, violation.promise());
        Scenario before;
        do {
            before = shrinker.smallest;
            shrinker.leaveOutRequests();
            shrinker.leaveOutCircumstances();
            shrinker.simplify();
        } while (!before.equals(shrinker.smallest));
        return shrinker.smallest;
    }

    /// The story of `scenario`, up to the promise it breaks.
    static List<String> story(Scenario scenario, Function<List<ProviderProfile>, Rotation> rotations) {
        Story story = Story.told();
        Violation violation = Simulation.run(scenario, rotations, story, new Coverage());
        var lines = new ArrayList<>(story.lines());
        lines.add(Objects.requireNonNull(violation).getMessage());
        return lines;
    }

    private boolean isStillBroken(Scenario scenario) {
        Violation violation = Simulation.run(scenario, rotations, Story.untold(), new Coverage());
        if (violation == null || violation.promise() != broken) {
            return false;
        }
        smallest = scenario;
        return true;
    }

    /// Halves first, then ever smaller parts.
    private void leaveOutRequests() {
        for (int part = smallest.requests().size(); part > 0; part /= 2) {
            int from = 0;
            while (from < smallest.requests().size()) {
                var fewer = new ArrayList<>(smallest.requests());
                fewer.subList(from, Math.min(from + part, fewer.size())).clear();
                if (!isStillBroken(with(fewer))) {
                    from += part;
                }
            }
        }
    }

    private void leaveOutCircumstances() {
        for (var group : smallest.organisations().keySet()) {
            var fewer = new HashMap<>(smallest.organisations());
            fewer.remove(group);
            isStillBroken(new Scenario(
                    smallest.pool(),
                    fewer,
                    smallest.quotas(),
                    smallest.outages(),
                    smallest.requests(),
                    smallest.probe()));
        }
        for (var outage : smallest.outages()) {
            isStillBroken(new Scenario(
                    smallest.pool(),
                    smallest.organisations(),
                    smallest.quotas(),
                    without(smallest.outages(), outage),
                    smallest.requests(),
                    smallest.probe()));
        }
        for (var quota : smallest.quotas()) {
            isStillBroken(new Scenario(
                    smallest.pool(),
                    smallest.organisations(),
                    without(smallest.quotas(), quota),
                    smallest.outages(),
                    smallest.requests(),
                    smallest.probe()));
        }
        for (var quota : smallest.quotas()) {
            var quotas = new ArrayList<>(smallest.quotas());
            quotas.replaceAll(other -> other.equals(quota) ? other.ofOne() : other);
            if (!quotas.equals(smallest.quotas())) {
                isStillBroken(new Scenario(
                        smallest.pool(),
                        smallest.organisations(),
                        quotas,
                        smallest.outages(),
                        smallest.requests(),
                        smallest.probe()));
            }
        }
        for (ProviderProfile profile : smallest.pool()) {
            leaveOut(profile);
            while (smallest.pool().contains(profile) && profile.keys().size() > 1) {
                var shorter = new ProviderProfile(
                        profile.id(),
                        profile.defaultModel(),
                        profile.keys().subList(0, profile.keys().size() - 1));
                var pool = new ArrayList<>(smallest.pool());
                pool.replaceAll(other -> other.equals(shorter) || !other.id().equals(shorter.id()) ? other : shorter);
                if (!isStillBroken(with(pool, smallest.requests()))) {
                    break;
                }
                profile = shorter;
            }
        }
        for (int probe = 1; probe < smallest.probe(); probe++) {
            if (isStillBroken(new Scenario(
                    smallest.pool(),
                    smallest.organisations(),
                    smallest.quotas(),
                    smallest.outages(),
                    smallest.requests(),
                    probe))) {
                break;
            }
        }
    }

    private void leaveOut(ProviderProfile profile) {
        if (smallest.pool().size() > 1) {
            isStillBroken(with(
                    without(smallest.pool(), profile),
                    smallest.requests().stream()
                            .filter(request -> !isFor(request.route(), profile.id()))
                            .toList()));
        }
    }

    private static boolean isFor(Route route, ProviderId provider) {
        return switch (route) {
            case Route.NamedModel(var named, var _) -> named.equals(provider);
            case Route.DefaultModels(var only) -> provider.equals(only);
        };
    }

    private void simplify() {
        for (int i = 0; i < smallest.requests().size(); i++) {
            int place = i;
            Stream.concat(simpler(), bound()).forEach(request -> {
                var requests = new ArrayList<>(smallest.requests());
                requests.set(place, request.apply(requests.get(place)));
                if (!requests.equals(smallest.requests())) {
                    isStillBroken(with(requests));
                }
            });
        }
    }

    /// To one provider, so that the others may be left out.
    private Stream<Function<Request, Request>> bound() {
        return smallest.pool().stream()
                .map(profile -> one -> one.route() instanceof Route.DefaultModels(var only) && only == null
                        ? with(one, new Route.DefaultModels(profile.id()))
                        : one);
    }

    private static Stream<Function<Request, Request>> simpler() {
        Stream<Function<Request, Request>> whole = Stream.of(
                one -> with(one, new RequestLimits(0, Duration.ZERO, 1000, Duration.ofMinutes(2)), one.fates()),
                one -> with(one, one.limits(), List.of(new Fate(Duration.ofMillis(1), null, false, 0.5, 1))),
                one -> with(one, one.limits(), one.fates().subList(0, 1)),
                one -> with(one, 0),
                one -> with(one, 1));
        Stream<Function<Fate, Fate>> fates = Stream.of(
                fate -> new Fate(fate.latency(), fate.failure(), false, 0.5, fate.used()),
                fate -> new Fate(fate.latency(), fate.failure(), fate.streamed(), fate.chance(), 1),
                fate -> new Fate(Duration.ofMillis(1), fate.failure(), fate.streamed(), fate.chance(), fate.used()),
                fate -> new Fate(Duration.ofSeconds(1), fate.failure(), fate.streamed(), fate.chance(), fate.used()),
                fate -> new Fate(fate.latency(), null, fate.streamed(), fate.chance(), fate.used()));
        return Stream.concat(
                whole,
                fates.map(change -> one ->
                        with(one, one.limits(), one.fates().stream().map(change).toList())));
    }

    private static Request with(Request request, RequestLimits requestLimits, List<Fate> fates) {
        return new Request(
                request.number(),
                request.at(),
                request.route(),
                request.fallback(),
                requestLimits,
                request.need(),
                List.copyOf(fates));
    }

    private static Request with(Request request, Route route) {
        return new Request(
                request.number(),
                request.at(),
                route,
                request.fallback(),
                request.limits(),
                request.need(),
                request.fates());
    }

    private static Request with(Request request, long need) {
        return new Request(
                request.number(),
                request.at(),
                request.route(),
                request.fallback(),
                request.limits(),
                need,
                request.fates());
    }

    private Scenario with(List<Request> requests) {
        return with(smallest.pool(), requests);
    }

    private Scenario with(List<ProviderProfile> pool, List<Request> requests) {
        return new Scenario(
                pool, smallest.organisations(), smallest.quotas(), smallest.outages(), requests, smallest.probe());
    }

    private static <T> List<T> without(List<T> all, T one) {
        return all.stream().filter(other -> !other.equals(one)).toList();
    }
}
