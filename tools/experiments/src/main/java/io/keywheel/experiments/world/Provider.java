package io.keywheel.experiments.world;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A provider with one model.
public final class Provider {

    /// Nobody can connect from `from` until `to`.
    public record Outage(Instant from, Instant to) {

        boolean lastsAt(Instant now) {
            return !now.isBefore(from) && now.isBefore(to);
        }
    }

    private final String name;
    private final Manners manners;
    private final List<Key> keys;
    private final Map<String, List<Limit>> limits = new LinkedHashMap<>();
    private @Nullable Outage outage;

    /// @param organisations those of its keys, one key each time one is named
    /// @param limits of an organisation, nothing used
    public Provider(String name, Manners manners, List<String> organisations, Function<String, List<Limit>> limits) {
        this.name = name;
        this.manners = manners;
        var keys = new ArrayList<Key>();
        for (String organisation : organisations) {
            keys.add(new Key(name, keys.size() + 1, organisation));
            this.limits.computeIfAbsent(organisation, limits);
        }
        this.keys = List.copyOf(keys);
    }

    public String name() {
        return name;
    }

    public List<Key> keys() {
        return keys;
    }

    public void fails(Outage outage) {
        this.outage = outage;
    }

    public @Nullable Outage outage() {
        return outage;
    }

    /// What the provider says to `request` when it is asked with `key` at `now`. Being refused costs nothing.
    public Reply ask(Key key, Request request, Instant now) {
        if (outage != null && outage.lastsAt(now)) {
            return new Reply.Broken();
        }
        List<Limit> limits = limits(key.organisation());
        for (Limit limit : limits) {
            long units = limit.measure().units(request);
            if (limit.until(units, now).isPositive()) {
                return manners.refuse(key.organisation(), limit, units, gauges(limits, now), now);
            }
        }
        limits.forEach(limit -> limit.take(limit.measure().units(request), now));
        return new Reply.Answered(gauges(limits, now));
    }

    /// When `request` would be answered, if nobody else asked meanwhile: what no client can know.
    public Instant wouldAnswer(Key key, Request request, Instant now) {
        if (outage != null && outage.lastsAt(now)) {
            return outage.to();
        }
        return limits(key.organisation()).stream()
                .map(limit -> now.plus(limit.until(limit.measure().units(request), now)))
                .reduce(now, (a, b) -> a.isAfter(b) ? a : b);
    }

    /// @throws NullPointerException when there is no such organisation
    public List<Limit> limits(String organisation) {
        return Objects.requireNonNull(limits.get(organisation));
    }

    private static List<Gauge> gauges(List<Limit> limits, Instant now) {
        return limits.stream()
                .filter(limit -> limit.measure().isTold())
                .map(limit -> limit.gauge(now))
                .toList();
    }
}
