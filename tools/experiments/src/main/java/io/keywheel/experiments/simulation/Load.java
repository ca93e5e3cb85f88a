package io.keywheel.experiments.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Requests that arrive at random and independently (Poisson), with sizes uniform between half and one and a
/// half of the mean. Constant properties draw no random numbers, so that loads stay comparable.
///
/// @param perSecond the average rate
/// @param meanTokens the mean tokens of a request, including its answer
/// @param burst the number of additional requests in the second after the first minute
/// @param misjudgement the largest factor by which a request's tokens are estimated too high or too low; 1 is exact
/// @param large the share of requests that are [#LARGE] times as large
/// @param streamed the share of requests whose answers are streamed
public record Load(double perSecond, int meanTokens, int burst, double misjudgement, double large, double streamed)
        implements Arrivals {

    static final int LARGE = 20;
    static final Duration BURST_AT = Duration.ofMinutes(1);

    public static Load of(double perSecond, int meanTokens) {
        return new Load(perSecond, meanTokens, 0, 1, 0, 0);
    }

    public Load withBurst(int requests) {
        return new Load(perSecond, meanTokens, requests, misjudgement, large, streamed);
    }

    public Load misjudged(double factor) {
        return new Load(perSecond, meanTokens, burst, factor, large, streamed);
    }

    public Load withLarge(double share) {
        return new Load(perSecond, meanTokens, burst, misjudgement, share, streamed);
    }

    public Load withStreamed(double share) {
        return new Load(perSecond, meanTokens, burst, misjudgement, large, share);
    }

    @Override
    public List<Request> requests(Instant from, Duration time, Random random) {
        var arrivals = new ArrayList<Duration>();
        for (Duration at = gap(random); at.compareTo(time) < 0; at = at.plus(gap(random))) {
            arrivals.add(at);
        }
        for (int i = 0; i < burst; i++) {
            arrivals.add(BURST_AT.plusNanos((long) (random.nextDouble() * 1e9)));
        }
        arrivals.sort(Duration::compareTo);
        List<Integer> tokens = arrivals.stream().map(_ -> tokens(random)).toList();
        var requests = new ArrayList<Request>();
        for (int i = 0; i < arrivals.size(); i++) {
            int estimate = (int) Math.round(tokens.get(i) * StrictMath.pow(misjudgement, 2 * random.nextDouble() - 1));
            requests.add(
                    new Request(i, from.plus(arrivals.get(i)), tokens.get(i), estimate, happens(streamed, random)));
        }
        return requests;
    }

    private int tokens(Random random) {
        double usual = meanTokens / (1 + large * (LARGE - 1));
        double even = 0.5 + random.nextDouble();
        return (int) (usual * even * (happens(large, random) ? LARGE : 1));
    }

    private Duration gap(Random random) {
        return Duration.ofNanos((long) (-StrictMath.log(1 - random.nextDouble()) / perSecond * 1e9));
    }

    private static boolean happens(double share, Random random) {
        return share > 0 && random.nextDouble() < share;
    }
}
