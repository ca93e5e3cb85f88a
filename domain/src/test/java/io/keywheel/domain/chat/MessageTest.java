package io.keywheel.domain.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MessageTest {

    private static final Part PICTURE = new Part.Image("data:,x", null);

    static Stream<Arguments> results() {
        return Stream.of(
                arguments(false, List.of(text("no")), List.of(text("no"))),
                arguments(true, List.of(text("no")), List.of(text("Error: no"))),
                arguments(true, List.of(text("")), List.of(text("Error: "))),
                arguments(true, List.of(text("a"), text("b")), List.of(text("Error: a"), text("b"))),
                arguments(true, List.of(text("ERROR 5")), List.of(text("ERROR 5"))),
                arguments(true, List.of(), List.of(text("Error"))),
                arguments(true, List.of(PICTURE), List.of(text("Error"), PICTURE)));
    }

    @ParameterizedTest
    @MethodSource("results")
    void failed_tool_result_is_prefixed_with_error_once(boolean failed, List<Part> content, List<Part> said) {
        var message = new Message(Role.TOOL, content, List.of(), "c1", failed, null, Extras.NONE);

        assertEquals(said, message.contentWithErrorPrefix());
    }

    private static Part text(String text) {
        return new Part.Text(text, Extras.NONE);
    }
}
