"""What the client can do, without saying how calls are made: the same for both clients."""
