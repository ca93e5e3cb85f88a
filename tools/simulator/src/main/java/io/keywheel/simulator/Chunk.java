package io.keywheel.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.simulator.Step.Part;
import java.util.ArrayList;
import java.util.List;

/// A piece of a stream that may still be added to.
///
/// @param token whether it carries text, reasoning or a part of a tool call
record Chunk(ObjectNode json, boolean token) {

    /// The streams of several choices as one: a piece of each in turn, until the longest has ended.
    static List<Chunk> inTurn(List<List<Chunk>> streams) {
        int longest = streams.stream().mapToInt(List::size).max().orElse(0);
        var all = new ArrayList<Chunk>();
        for (int row = 0; row < longest; row++) {
            for (var stream : streams) {
                if (row < stream.size()) {
                    all.add(stream.get(row));
                }
            }
        }
        return all;
    }

    Part event() {
        return Events.data(json, token);
    }
}
