package io.keywheel.application.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Tool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ConversationHashTest {

    private static final Message SYSTEM = Message.system("Be brief.");
    private static final Message FIRST = Message.user("Hello");
    private static final Tool LOOK = new Tool.Function("look", "looks", "{}");
    private static final Tool SEARCH = new Tool.Other(Extras.of("type", "\"search\""));

    private static long hash(ChatCommand command) {
        return ConversationHash.of(command, String::hashCode);
    }

    private static ChatCommand saying(Message... messages) {
        return ChatCommand.of(Conversation.of(messages));
    }

    private static ChatCommand with(Part... parts) {
        return saying(new Message(Role.USER, List.of(parts), List.of(), null, Extras.NONE));
    }

    private static ChatCommand with(Tool... tools) {
        return ChatCommand.of(new Conversation(List.of(SYSTEM, FIRST), List.of(tools), null));
    }

    static final List<List<ChatCommand>> SAME = List.of(
            List.of(
                    saying(SYSTEM, FIRST),
                    saying(SYSTEM, FIRST, Message.assistant("Hi"), Message.user("Why?")),
                    saying(SYSTEM, Message.assistant("Hm"), FIRST)),
            List.of(
                    saying(FIRST).withCacheKey("key"),
                    saying(Message.user("Other")).withCacheKey("key"),
                    with(LOOK).withCacheKey("key")));

    @ParameterizedTest
    @FieldSource("SAME")
    void turns_of_a_conversation_have_the_same_hash(List<ChatCommand> turns) {
        assertEquals(
                1,
                turns.stream().mapToLong(ConversationHashTest::hash).distinct().count());
    }

    @Test
    void different_conversations_have_different_hashes() {
        List<ChatCommand> different = List.of(
                saying(FIRST),
                saying(SYSTEM, FIRST),
                saying(Message.system("Be brief"), Message.user(".Hello")),
                saying(Message.user("Hell"), Message.user("o")),
                saying(SYSTEM),
                with(LOOK),
                with(SEARCH),
                with(LOOK, SEARCH),
                with(new Tool.Function("book", "looks", "{}")),
                with(new Tool.Function("look", "sees", "{}")),
                with(new Tool.Function("look", "looks", null)),
                with(new Tool.Function("look", null, "looks")),
                with(new Part.Image("data:one", null)),
                with(new Part.Image("data:two", null)),
                with(new Part.Text("data:"), new Part.Text("two")),
                with(new Part.Other(Extras.of("type", "\"sound\""))),
                with(new Part.Other(Extras.of("type", "\"video\""))),
                saying(new Message(Role.DEVELOPER, SYSTEM.content(), List.of(), null, Extras.NONE), FIRST),
                saying(FIRST).withClient("client"),
                saying(FIRST).withClient("other"),
                saying(FIRST).withCacheKey("client"),
                saying(FIRST).withCacheKey("client").withClient("client"),
                saying(FIRST).withCacheKey(""));

        assertEquals(
                different.size(),
                different.stream()
                        .mapToLong(ConversationHashTest::hash)
                        .distinct()
                        .count());
    }

    @Test
    void hash_of_a_conversation_is_never_zero() {
        assertEquals(1, ConversationHash.of(saying(FIRST), _ -> 0));
    }

    @Test
    void long_messages_are_hashed_to_their_end_in_bounded_pieces() {
        var lengths = new ArrayList<Integer>();
        ToLongFunction<String> watched = text -> {
            lengths.add(text.length());
            return text.hashCode();
        };
        String longText = "x".repeat(1_000_000);

        long one = ConversationHash.of(saying(Message.user(longText + "1")), watched);
        long two = ConversationHash.of(saying(Message.user(longText + "2")), watched);

        assertNotEquals(one, two);
        assertEquals(one, ConversationHash.of(saying(Message.user(longText + "1")), watched));
        assertTrue(Collections.max(lengths) < 150_000, lengths::toString);
    }
}
