package io.keywheel.adapters.http.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;

/// Writes, and has the line cut when the client does not take it in time.
final class TimedWriter implements DataWriter {

    private final DataWriter writer;
    private final ClientConnection line;

    TimedWriter(DataWriter writer, ClientConnection line) {
        this.writer = writer;
        this.line = line;
    }

    @Override
    public void write(BufferData... buffers) {
        line.write(() -> writer.write(buffers));
    }

    @Override
    public void write(BufferData buffer) {
        line.write(() -> writer.write(buffer));
    }

    @Override
    public void writeNow(BufferData... buffers) {
        line.write(() -> writer.writeNow(buffers));
    }

    @Override
    public void writeNow(BufferData buffer) {
        line.write(() -> writer.writeNow(buffer));
    }

    @Override
    public void flush() {
        line.write(writer::flush);
    }

    @Override
    public void close() {
        writer.close();
    }
}
