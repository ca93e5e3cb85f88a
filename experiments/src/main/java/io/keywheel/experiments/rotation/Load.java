package io.keywheel.experiments.rotation;

import io.keywheel.experiments.world.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// What clients ask for: requests come by chance and independently of each other (Poisson), their sizes are even
/// between half and one and a half of the mean.
///
/// @param perSecond on average
/// @param meanTokens what a request takes on average, its answer included
/// @param burst so many more, spread over one second
/// @param burstAt when that second begins
/// @param misjudgement how many times too large or too small a request's tokens may be estimated; 1 is exact
record Load(double perSecond, int meanTokens, int burst, Duration burstAt, double misjudgement) {

    static Load steady(double perSecond, int meanTokens) {
        return new Load(perSecond, meanTokens, 0, Duration.ZERO, 1);
    }

    /// The same requests, estimated less well.
    Load misjudged(double times) {
        return new Load(perSecond, meanTokens, burst, burstAt, times);
    }

    List<Request> requests(Instant from, Duration time, Random chance) {
        var arrivals = new ArrayList<Duration>();
        for (Duration at = gap(chance); at.compareTo(time) < 0; at = at.plus(gap(chance))) {
            arrivals.add(at);
        }
        for (int i = 0; i < burst; i++) {
            arrivals.add(burstAt.plusNanos((long) (chance.nextDouble() * 1e9)));
        }
        arrivals.sort(Duration::compareTo);
        List<Integer> tokens = arrivals.stream()
                .map(_ -> (int) (meanTokens * (0.5 + chance.nextDouble())))
                .toList();
        var requests = new ArrayList<Request>();
        for (int i = 0; i < arrivals.size(); i++) {
            requests.add(new Request(i, from.plus(arrivals.get(i)), tokens.get(i), estimate(tokens.get(i), chance)));
        }
        return requests;
    }

    /// As often too large as too small.
    private int estimate(int tokens, Random chance) {
        return (int) Math.round(tokens * StrictMath.pow(misjudgement, 2 * chance.nextDouble() - 1));
    }

    private Duration gap(Random chance) {
        return Duration.ofNanos((long) (-StrictMath.log(1 - chance.nextDouble()) / perSecond * 1e9));
    }
}
