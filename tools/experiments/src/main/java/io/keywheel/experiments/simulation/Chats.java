package io.keywheel.experiments.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/// Conversations that begin at random and independently (Poisson), each with 1 to 19 turns. A turn's prompt is
/// the conversation so far and a question. The next turn arrives after half a minute on average, even without an
/// answer, so that all strategies get the same requests.
///
/// @param active the average number of concurrent conversations
/// @param meanTurn the average tokens of a question and its answer, half of them the question; uniform
///     between half and one and a half of the mean
public record Chats(int active, int meanTurn) implements Arrivals {

    private static final int MOST_TURNS = 19;
    private static final double SECONDS_BETWEEN_TURNS = 30;

    /// The conversations that are active at the start began within this time before it.
    private static final Duration BEFORE = Duration.ofMinutes(20);

    private record Turn(Duration at, long conversation, int prompt, int tokens) {}

    @Override
    public List<Request> requests(Instant from, Duration time, Random random) {
        var turns = new ArrayList<Turn>();
        double secondsBetweenChats = (MOST_TURNS + 1) / 2.0 * SECONDS_BETWEEN_TURNS / active;
        long conversation = 1;
        for (double begin = -BEFORE.toSeconds();
                begin < time.toSeconds();
                begin += pause(secondsBetweenChats, random)) {
            double at = begin;
            int said = 0;
            for (int turn = 1, last = 1 + random.nextInt(MOST_TURNS); turn <= last; turn++) {
                int tokens = (int) (meanTurn * (0.5 + random.nextDouble()));
                turns.add(
                        new Turn(Duration.ofNanos((long) (at * 1e9)), conversation, said + tokens / 2, said + tokens));
                said += tokens;
                at += pause(SECONDS_BETWEEN_TURNS, random);
            }
            conversation++;
        }
        turns.removeIf(turn -> turn.at.isNegative() || turn.at.compareTo(time) >= 0);
        turns.sort(Comparator.comparing(Turn::at));
        var requests = new ArrayList<Request>();
        for (Turn turn : turns) {
            requests.add(new Request(
                    requests.size(),
                    from.plus(turn.at),
                    turn.tokens,
                    turn.tokens,
                    true,
                    turn.conversation,
                    turn.prompt));
        }
        return requests;
    }

    /// The requests of a chat with n turns have n (n + 1) / 2 times the tokens of a turn.
    @Override
    public int meanTokens() {
        return meanTurn * (MOST_TURNS + 2) / 3;
    }

    private static double pause(double mean, Random random) {
        return -StrictMath.log(1 - random.nextDouble()) * mean;
    }
}
