/**
 * Ports of services that hand out a shell, or a channel to a herder, in plain text.
 * 23 and 2323 telnet (the second is what Mirai scans for), 512 to 514 the BSD r-services, 6667 IRC. @see IANA registry
 */
export const REMOTE_SHELL_PORTS: ReadonlySet<number> = new Set([23, 2323, 512, 513, 514, 6667]);
