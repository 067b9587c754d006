"""The pages of the studio; each module builds one."""
