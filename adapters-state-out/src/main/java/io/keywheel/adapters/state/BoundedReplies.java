package io.keywheel.adapters.state;

import java.io.InputStream;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisInputStream;

/// Replies in which no value is larger than this gateway writes. Jedis reserves the memory for a value before it
/// comes, and any writer of the store could make that half a gigabyte. What is larger is skipped and reads as empty.
final class BoundedReplies extends RedisInputStream {

    /// Of a value, in bytes.
    static final int LARGEST_VALUE = 16 * 1024;

    /// Of an array. The largest that is asked for is the entries of a stream.
    static final int MOST_ELEMENTS = 1024;

    private byte type;

    BoundedReplies(InputStream in) {
        super(in);
    }

    @Override
    public byte readByte() {
        type = super.readByte();
        return type;
    }

    /// The length of a value or an array, which Jedis asks for after its type.
    @Override
    public int readIntCrLf() {
        boolean isValue = type == '$';
        int length = super.readIntCrLf();
        if (isValue && length > LARGEST_VALUE) {
            skipBytes(length);
            return 0;
        }
        if (!isValue && length > MOST_ELEMENTS) {
            for (int i = 0; i < length; i++) {
                skipValue();
            }
            return 0;
        }
        return length;
    }

    /// An element of an array of texts or numbers, as the fields of an entry are.
    private void skipValue() {
        switch (super.readByte()) {
            case '$' -> {
                int length = super.readIntCrLf();
                if (length >= 0) {
                    skipBytes(length + 2L);
                }
            }
            case ':', '+', '-' -> super.readLineBytes();
            default -> throw new JedisConnectionException("the store answers in a way that is not understood");
        }
    }

    private void skipBytes(long count) {
        var passed = new byte[LARGEST_VALUE];
        for (long left = count; left > 0; ) {
            int read = read(passed, 0, (int) Math.min(left, passed.length));
            if (read < 0) {
                throw new JedisConnectionException("the store closed the connection");
            }
            left -= read;
        }
    }
}
