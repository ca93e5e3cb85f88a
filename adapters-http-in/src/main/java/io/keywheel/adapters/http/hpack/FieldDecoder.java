package io.keywheel.adapters.http.hpack;

import java.util.function.Consumer;

/// Unpacks the heads that come on one connection, in their order.
public final class FieldDecoder {

    /// One field of a head, each byte of it as one character.
    public record Field(String name, String value) {

        /// As RFC 7541 counts.
        public int size() {
            return name.length() + value.length() + 32;
        }
    }

    /// A head cannot be unpacked, and so no later one of its connection.
    public static final class BrokenException extends RuntimeException {
        private static final long serialVersionUID = 1;

        BrokenException() {
            super("the head cannot be unpacked");
        }
    }

    private static final int BY_NUMBER = 0x80;
    private static final int TO_REMEMBER = 0x40;
    private static final int TABLE_SIZE = 0x20;

    private final FieldTable table;

    /// @param tableBytes how much of earlier heads may be referred to
    public FieldDecoder(int tableBytes) {
        table = new FieldTable(tableBytes);
    }

    /// @param fields is given each of the head
    public void decode(byte[] head, Consumer<Field> fields) {
        var block = new Block(head);
        while (!block.isRead() && (block.peek() & 0xe0) == TABLE_SIZE) {
            table.resize(block.number(5));
        }
        while (!block.isRead()) {
            fields.accept(field(block));
        }
    }

    private Field field(Block block) {
        int first = block.peek();
        if ((first & BY_NUMBER) != 0) {
            return table.get(block.number(7));
        }
        if ((first & TO_REMEMBER) != 0) {
            Field field = literal(block, block.number(6));
            table.add(field);
            return field;
        }
        if ((first & TABLE_SIZE) != 0) {
            throw new BrokenException();
        }
        return literal(block, block.number(4));
    }

    private Field literal(Block block, int nameNumber) {
        String name = nameNumber == 0 ? block.text() : table.get(nameNumber).name();
        return new Field(name, block.text());
    }
}
