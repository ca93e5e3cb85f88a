package io.keywheel.bootstrap.e2e;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/// Clients that come by chance and independently of each other (Poisson), each on a thread of its own, for answers of
/// different lengths.
///
/// @param perSecond on average
record Load(double perSecond, Duration time) {

    /// What a request takes on average, its answer included; at most half as much more.
    static final int MEAN_TOKENS = 100;

    private static final long SEED = 7;
    private static final int PROMPT_TOKENS = 5;

    /// Returns when the last client has its answer.
    Visits on(World world) {
        world.simulator.clearRequests();
        var chance = new Random(SEED);
        var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (double at = gap(chance); at < time.toNanos(); at += gap(chance)) {
                String body = body((int) (MEAN_TOKENS * (0.5 + chance.nextDouble())));
                answers.add(CompletableFuture.supplyAsync(
                        () -> world.chat(body), CompletableFuture.delayedExecutor((long) at, NANOSECONDS, threads)));
            }
            List<HttpResponse<String>> all =
                    answers.stream().map(CompletableFuture::join).toList();
            return new Visits(all, world.chats());
        }
    }

    private double gap(Random chance) {
        return -Math.log(1 - chance.nextDouble()) / perSecond * 1e9;
    }

    private static String body(int tokens) {
        return "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}], \"max_tokens\": %d}"
                .formatted(tokens - PROMPT_TOKENS);
    }
}
