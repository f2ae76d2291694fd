"""What ends in an account: pack with checks, upload and its proof, the state of the targets."""
