package io.keywheel.bootstrap.settings.values;

import static java.nio.file.attribute.PosixFilePermission.GROUP_READ;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_READ;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/// A file with keys, which only the gateway's user should be able to read.
public final class PrivateFile {

    private PrivateFile() {}

    /// A service's file may belong to another owner: its group may then read it without a warning.
    public static void warnIfShared(Path file, ValidationMessages messages) {
        try {
            var attributes = Files.readAttributes(file, PosixFileAttributes.class);
            boolean isOwn = attributes.owner().getName().equals(System.getProperty("user.name"));
            Set<PosixFilePermission> permissions = attributes.permissions();
            if (permissions.contains(OTHERS_READ) || (isOwn && permissions.contains(GROUP_READ))) {
                messages.warning("%s can be read by other users of this machine: 'chmod 600 %s' keeps its keys private"
                        .formatted(file.getFileName(), file.getFileName()));
            }
        } catch (UnsupportedOperationException | IOException _) {
            // The file system has no POSIX permissions, or the file is unreadable, which its reader reports.
        }
    }
}
