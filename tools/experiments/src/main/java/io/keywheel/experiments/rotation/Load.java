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
record Load(double perSecond, int meanTokens, int burst, Duration burstAt, Mix mix) {

    static Load steady(double perSecond, int meanTokens) {
        return new Load(perSecond, meanTokens, 0, Duration.ZERO, Mix.ALIKE);
    }

    /// As many, less alike.
    Load mixed(Mix other) {
        return new Load(perSecond, meanTokens, burst, burstAt, other);
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
        List<Integer> tokens =
                arrivals.stream().map(_ -> mix.tokens(meanTokens, chance)).toList();
        var requests = new ArrayList<Request>();
        for (int i = 0; i < arrivals.size(); i++) {
            requests.add(new Request(
                    i,
                    from.plus(arrivals.get(i)),
                    tokens.get(i),
                    mix.estimate(tokens.get(i), chance),
                    mix.isStreamed(chance)));
        }
        return requests;
    }

    private Duration gap(Random chance) {
        return Duration.ofNanos((long) (-StrictMath.log(1 - chance.nextDouble()) / perSecond * 1e9));
    }
}
